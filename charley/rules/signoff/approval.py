"""Approvals: who approved what, in which role and when, and the digest of what was read."""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from charley.documents.model import Day, Frozen, Text, misplaced
from charley.rules.rule import Clear, Rule
from charley.rules.signoff.layers import LAYERS, LayerName

__all__ = [
    "ROLES",
    "ROLE_WORDS",
    "Approval",
    "ReviewerKey",
    "Role",
    "reviewer",
    "roles_required",
    "today_anywhere",
]

Role = Literal["clinician", "clinical_safety", "pharmacist", "informatician", "board"]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_WORDS: dict[Role, str] = {
    "clinician": "a clinician",
    "clinical_safety": "a clinical safety officer",
    "pharmacist": "a pharmacist",
    "informatician": "an informatician",
    "board": "the board",
}
"""How a role is named in a sentence."""

_TITLES = {"dr", "prof", "professor", "doctor", "mr", "mrs", "ms", "miss", "sir", "dame", "md", "phd", "rn"}
_SIGNATURE = r"^[A-Za-z0-9+/]{86}==$"
_KEY = r"^[A-Za-z0-9+/]{43}=$"


def reviewer(name: str) -> str:
    """A reviewer's name by which one person is known.

    Capitals, blanks, points, accents, titles and the order of names do not make two persons of one.
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(each if each.isalnum() else " " for each in plain if not unicodedata.combining(each))
    words = kept.split()
    return " ".join(sorted(word for word in words if word not in _TITLES) or words)


def _one_script(name: str) -> str:
    """The name, with letters that are visible and of one alphabet, so that no two names look alike."""
    scripts = {
        unicodedata.name(each, "?").split()[0]
        for each in unicodedata.normalize("NFKC", name)
        if each.isalpha()
    }
    hidden = [each for each in name if unicodedata.category(each) in ("Cf", "Cc", "Co", "Cs", "Cn")]
    if hidden or len(scripts) > 1:
        what = "a letter that cannot be seen" if hidden else "letters of two alphabets"
        raise misplaced(f"{what} in a name", help="write the name as its bearer does")
    if not reviewer(name):
        raise misplaced("the name of the reviewer is missing", help="write it out")
    return " ".join(re.split(r"\s+", name.strip()))


Person = Annotated[Text, Field(max_length=120), AfterValidator(_one_script)]


class Approval(Frozen):
    """One person's approval of a rule, of the base as a whole, or of a release, as it was then.

    `digest` is that of the layer. `signature` is the person's, by ed25519, over all the rest.
    """

    rule: Text | None = None
    base: Text | None = None
    release: Text | None = None
    by: Person
    role: Role = "clinician"
    date: Day
    remark: Text | None = None
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signature: Annotated[str, Field(pattern=_SIGNATURE)] | None = None

    @model_validator(mode="after")
    def _of_one(self) -> Self:
        given = [layer for layer in LAYERS if getattr(self, layer) is not None]
        if len(given) != 1:
            message = f"{' and '.join(f'`{each}`' for each in given)} are both given"
            message = message if given else "nothing says what was approved"
            help = "give one of `rule`, `base`, `release`"
            raise misplaced(message, *given[1:2], help=help)
        return self

    @property
    def layer(self) -> LayerName:
        """What kind of thing was approved."""
        return next(layer for layer in LAYERS if getattr(self, layer) is not None)

    @property
    def about(self) -> str:
        """The id of the rule or the base, or the version."""
        return str(getattr(self, self.layer))

    @property
    def person(self) -> str:
        """The name by which the person is known."""
        return reviewer(self.by)


class ReviewerKey(Frozen):
    """The public ed25519 key of a reviewer, by which the person's approvals must be signed.

    `roles` are those in which the person may sign; where none is named, any.
    """

    by: Person
    key: Annotated[str, Field(pattern=_KEY)]
    roles: tuple[Role, ...] = ()

    @property
    def person(self) -> str:
        """The name by which the person is known."""
        return reviewer(self.by)


def roles_required(layer: LayerName, rule: Rule | None = None) -> tuple[Role, ...]:
    """The roles that must approve, a person each. A rule that answers a flag or an alert needs
    two clinicians.
    """
    match layer:
        case "rule":
            return ("clinician", "clinician") if rule is not None and rule.effects(Clear) else ("clinician",)
        case "base":
            return ("clinician", "clinical_safety")
        case "release":
            return ("clinician", "clinical_safety", "board")


def today_anywhere() -> datetime.date:
    """The latest date in any time zone. A later one is in the future everywhere."""
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=14)).date()
