"""Rules: one claim each, with its reason and its effects."""

import math
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeVar, assert_never, overload

from pydantic import Field, model_validator

from charley.documents.model import Frozen, Text, misplaced
from charley.facts.wording import Wording
from charley.rules.governance.evidence import Evidence, Review
from charley.rules.language.condition import Condition
from charley.rules.language.parse import parse

__all__ = [
    "STRENGTHS",
    "URGENCIES",
    "URGENCY_RANK",
    "Advise",
    "Alert",
    "Clear",
    "Conclude",
    "Effect",
    "Flag",
    "OverallUrgency",
    "Rule",
    "Strength",
    "Urgency",
    "Weigh",
    "acts_on",
    "decibans",
    "most_urgent",
]

Urgency = Literal["emergency", "same_day", "soon", "routine"]
OverallUrgency = Literal["emergency", "same_day", "soon", "routine", "not_known_yet"]
"""What is said of a patient as a whole: an urgency, or that too little is known to call it routine."""
URGENCIES: tuple[Urgency, ...] = ("emergency", "same_day", "soon", "routine")
"""Most urgent first."""
URGENCY_RANK: dict[OverallUrgency, int] = {
    "emergency": 0,
    "same_day": 1,
    "soon": 2,
    "not_known_yet": 3,
    "routine": 4,
}
"""0 for the most urgent."""

Strength = Literal["slight", "moderate", "strong", "decisive"]
STRENGTHS: dict[Strength, int] = {"slight": 2, "moderate": 5, "strong": 10, "decisive": 50}
"""The likelihood ratio that each word stands for; to lower, its reciprocal."""

RULE_ID = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"


def decibans(likelihood_ratio: float) -> int:
    """The weight of evidence of a likelihood ratio: ten times its decimal logarithm, rounded."""
    return round(10 * math.log10(likelihood_ratio))


class Weigh(Frozen):
    """Raise or lower a candidate, by a named strength or a published likelihood ratio."""

    kind: Literal["weigh"] = "weigh"
    direction: Literal["raise", "lower"]
    candidate: str
    strength: Strength | None = None
    lr: Annotated[float, Field(gt=0, lt=1e6, strict=True)] | None = None
    group: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.strength is None) == (self.lr is None):
            both = self.strength is not None
            message = "`strength` and `lr` are both given" if both else "`strength` or `lr` is missing"
            raise misplaced(message, *(["lr"] if both else []), help="give one of them")
        if self.lr is not None and (self.lr > 1) != (self.direction == "raise"):
            side = "above 1" if self.direction == "raise" else "under 1"
            help = "correct it, or use the other of `raise` and `lower`"
            raise misplaced(f"a likelihood ratio that {self.direction}s is {side}", "lr", help=help)
        return self

    @cached_property
    def weight(self) -> int:
        """Whole decibans, negative where the candidate is lowered."""
        if self.lr is not None:
            return decibans(self.lr)
        assert self.strength is not None
        weight = decibans(STRENGTHS[self.strength])
        return weight if self.direction == "raise" else -weight


class Flag(Frozen):
    """Mark a candidate as dangerous, with how soon and what to do."""

    kind: Literal["flag"] = "flag"
    candidate: str
    urgency: Literal["emergency", "same_day", "soon"]
    action: Wording


class Clear(Frozen):
    """What answers a flag or an alert. It stays, with this note beside it. `target` is the candidate that is
    flagged, or the alert.
    """

    kind: Literal["clear"] = "clear"
    # Digests of approvals use aliases: in them it is called as it was while only flags could be cleared.
    target: str = Field(serialization_alias="candidate")
    note: Wording


class Alert(Frozen):
    """A named danger that is not ranked."""

    kind: Literal["alert"] = "alert"
    alert: str
    urgency: Literal["emergency", "same_day", "soon"]
    action: Wording


class Conclude(Frozen):
    """Make a finding true."""

    kind: Literal["conclude"] = "conclude"
    finding: str


class Advise(Frozen):
    """A test or an action. `gives` names the facts it would fill in and changes nothing."""

    kind: Literal["advise"] = "advise"
    text: Wording
    urgency: Urgency
    gives: tuple[str, ...] = ()


KEYWORDS = {
    "raise": ("weigh", "candidate"),
    "lower": ("weigh", "candidate"),
    "flag": ("flag", "candidate"),
    "clear": ("clear", "target"),
    "alert": ("alert", "alert"),
    "conclude": ("conclude", "finding"),
    "advise": ("advise", "text"),
}
"""The word that opens an effect in a file: its kind, and the field that the word's value fills."""

Effect = Annotated[Weigh | Flag | Clear | Alert | Conclude | Advise, Field(discriminator="kind")]


def acts_on(effect: Effect) -> str | None:
    """The candidate, alert or finding that an effect acts on; None of advice."""
    match effect:
        case Weigh(candidate=target) | Flag(candidate=target) | Clear(target=target):
            return target
        case Alert(alert=target) | Conclude(finding=target):
            return target
        case Advise():
            return None
        case _:
            assert_never(effect)


E = TypeVar("E", Weigh, Flag, Clear, Alert, Conclude, Advise)


class Rule(Frozen):
    """One claim: `when` its condition is known true it fires, and its effects apply.

    `because` is its reason for clinicians and students. `because_patient` says it to a patient, and is true
    whichever answers made the rule fire. While it fires, the rules that it `supersedes` do not count, and
    what the rules under `withdraws_advice_of` advise does not stand.
    """

    id: Annotated[str, Field(pattern=RULE_ID)]
    title: Text
    when: str
    then: Annotated[tuple[Effect, ...], Field(min_length=1)]
    because: Text
    because_patient: Text | None = None
    evidence: Evidence
    supersedes: tuple[str, ...] = ()
    withdraws_advice_of: tuple[str, ...] = ()
    review: Review = Field(default_factory=Review)

    @model_validator(mode="before")
    @classmethod
    def _spelled_out(cls, given: Any) -> Any:
        """`{raise: x, strength: slight}` as it stands in a file, with its kind written out."""
        if isinstance(given, dict) and isinstance(given.get("then"), list):
            given = {**given, "then": [_spelled_out(*effect) for effect in enumerate(given["then"])]}
        return given

    @cached_property
    def condition(self) -> Condition:
        """`when`, parsed."""
        return parse(self.when).condition

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ratios = [effect.lr for effect in self.effects(Weigh) if effect.lr is not None]
        interval = self.evidence.interval
        if interval and ratios and not any(interval[0] <= ratio <= interval[1] for ratio in ratios):
            message = f"`interval` does not contain the likelihood ratio {ratios[0]:g}"
            raise misplaced(message, "evidence", "interval", help="correct one of them")
        return self

    def effects(self, kind: type[E]) -> list[E]:
        """Its effects of one kind."""
        return [effect for effect in self.then if isinstance(effect, kind)]


def _spelled_out(at: int, effect: Any) -> Any:
    if not isinstance(effect, dict):
        return effect
    words = [word for word in KEYWORDS if word in effect]
    if len(words) != 1:
        return effect
    kind, field = KEYWORDS[words[0]]
    for key in ("kind", "direction", field):
        if key in effect and key != words[0]:
            message = f"`{key}` is not allowed beside `{words[0]}`"
            raise misplaced(message, "then", at, key, help="remove it")
    rest = {key: value for key, value in effect.items() if key != words[0]}
    spelled: dict[str, Any] = {"kind": kind, field: effect[words[0]], **rest}
    if kind == "weigh":
        spelled["direction"] = words[0]
    return spelled


@overload
def most_urgent(urgencies: Iterable[Urgency | None]) -> Urgency | None: ...
@overload
def most_urgent(urgencies: Iterable[OverallUrgency | None]) -> OverallUrgency | None: ...
def most_urgent(urgencies: Iterable[OverallUrgency | None]) -> OverallUrgency | None:
    """The most urgent, or None of none."""
    return min((u for u in urgencies if u is not None), key=URGENCY_RANK.__getitem__, default=None)
