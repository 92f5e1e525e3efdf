"""A text in up to three wordings, one for each audience."""

from typing import Any, Literal, get_args

from pydantic import model_validator

from charley.documents.model import Frozen, Text

__all__ = ["AUDIENCES", "Audience", "Wording"]

Audience = Literal["patient", "student", "clinician"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)


class Wording(Frozen):
    """What is said to each audience; a plain string stands for all three.

    A student who has no wording of their own reads the clinician's. Whether the absence of a patient's
    wording means "say it as to a clinician" or "do not say it" is for the user of the wording to know:
    a question without one is never asked of a patient (`Fact.question`).
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
