"""What is said of something: to each audience by Charley, and in free text by anybody (`SaidAs`)."""

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, get_args

from pydantic import model_validator

from charley.documents.model import Frozen, ReadOnly, ReadOnlyDict, Text, misplaced

__all__ = ["AUDIENCES", "Audience", "NextSteps", "SaidAs", "Wording"]

Audience = Literal["patient", "student", "clinician"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)

_ROLES = ("states", "enough", "needed", "denies", "sides", "nothing")


class Wording(Frozen):
    """What is said to each audience; a plain string stands for all three.

    A student without a wording reads the clinician's. A missing wording for patients means "use the
    clinician's" or "leave it out", as the caller decides: a question without one is never asked of a patient
    (`Fact.question`).
    """

    clinician: Text
    student: Text | None = None
    patient: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _spelled_out(cls, given: Any) -> Any:
        return dict.fromkeys(AUDIENCES, given) if isinstance(given, str) else given

    def to(self, audience: Audience) -> str:
        """The wording for this audience."""
        own = getattr(self, audience)
        return own if own is not None else self.clinician


class NextSteps(Frozen):
    """What to do about a candidate, for each audience."""

    clinician: tuple[Text, ...] = ()
    student: tuple[Text, ...] = ()
    patient: tuple[Text, ...] = ()

    def to(self, audience: Audience) -> tuple[str, ...]:
        """The steps for this reader."""
        return getattr(self, audience) or self.clinician


class SaidAs(Frozen):
    """Phrases by what they say of a fact; a plain list is `states`.

    `states` says that the fact is so, and denied that it is not; `denies` the other way round. `enough` is
    a part that suffices, so that its denial says nothing (`rigors` of "fever or rigors"); `needed` is a part
    that does not, so that only its denial says something (`redness` of "redness with warmth"). `sides` is
    what is measured left and right, of a number that is how far the two are apart. A phrase under `nothing`
    says nothing of the fact though its words are in it. The phrases of a choice stand under the names of its
    choices, here `values`.
    """

    ROLES: ClassVar[tuple[str, ...]] = _ROLES

    states: tuple[str, ...] = ()
    enough: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    denies: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    values: ReadOnly[str, tuple[str, ...]] = ReadOnlyDict()

    @model_validator(mode="before")
    @classmethod
    def _spelled_out(cls, given: Any) -> Any:
        if isinstance(given, list | tuple):
            return {"states": given}
        if isinstance(given, dict):
            values = {key: value for key, value in given.items() if key not in (*_ROLES, "values")}
            if values:
                return {**{key: given[key] for key in given if key not in values}, "values": values}
        return given

    def check(self, fact: str, kind: str, choices: Sequence[str], language: str) -> None:
        """Refuse phrases that say what a fact of this kind cannot be. Raises `ValueError`, with a place."""
        for value in self.values:
            if value in choices:
                continue
            if kind == "choice":
                message, help = f"`{fact}` has no choice `{value}`", "its choices: " + ", ".join(choices)
            else:
                message = f"a {kind} fact has no phrases under `{value}`"
                help = "write " + ", ".join(f"`{role}`" for role in self.ROLES) + ", or a plain list"
            raise misplaced(message, "said_as", language, value, help=help)
        for role in self.ROLES:
            suits = role != "sides" if kind == "boolean" else role == "nothing"
            if not getattr(self, role) or suits or (kind == "number" and role in ("states", "sides")):
                continue
            help = "write a plain list"
            if kind == "choice":
                help = "put the phrases under the choices"
            elif kind == "boolean":
                help = "only a number is how far two sides are apart"
            message = f"a {kind} fact has no phrases under `{role}`"
            raise misplaced(message, "said_as", language, role, help=help)
