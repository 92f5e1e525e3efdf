"""Which layers a change of each field of each file ends, worked out from the models: none is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from charley.documents.model import Frozen
from charley.facts.conversion import Conversion
from charley.facts.vocabulary import Fact, FactGroup
from charley.facts.wording import NextSteps, SaidAs, Wording
from charley.rules.candidate import AlertName, Candidate
from charley.rules.case import Case, Expectation
from charley.rules.governance.about import About, Contradiction, Scope
from charley.rules.governance.evidence import Citation, Evidence, Review
from charley.rules.governance.hazard import Hazard, Likelihoods
from charley.rules.instrument import Derived, Finding, Instrument, Item
from charley.rules.invariants.invariant import Invariant
from charley.rules.language.threshold import NamedThreshold
from charley.rules.loading.find import HAZARDS, INVARIANTS, KEYS, VOCABULARY
from charley.rules.loading.shared.vocabularies import Taken
from charley.rules.rule import Effect, Rule
from charley.rules.signoff.approval import ReviewerKey
from charley.rules.signoff.layers import LayerName
from charley.rules.signoff.parts import BY_APPROVALS
from charley.rules.time_frame import TimeFrame

__all__ = ["COVERED", "FIELDS", "Place"]

_RULE: tuple[LayerName, ...] = ("rule", "release")
_BOTH: tuple[LayerName, ...] = ("rule", "base", "release")
_BASE: tuple[LayerName, ...] = ("base", "release")

_RELEASE: tuple[LayerName, ...] = ("release",)  # the facts themselves are parts of the rules

_MODELS: tuple[tuple[str, tuple[type[Frozen], ...], tuple[LayerName, ...]], ...] = (
    ("rules/*.yaml", (Rule, *get_args(get_args(Effect)[0]), Evidence), _RULE),
    ("rules/*.yaml, knowledge_base.yaml", (Review,), _BOTH),
    ("facts.yaml", (Fact, Conversion, SaidAs), _RULE),
    ("facts.yaml", (FactGroup,), _BASE),
    ("candidates.yaml", (Candidate, NextSteps, AlertName), _BOTH),
    ("instruments.yaml", (Derived, Instrument, Item), _RULE),
    (VOCABULARY, (Taken,), _RELEASE),
    ("findings.yaml", (Finding,), _RULE),
    ("citations.yaml", (Citation,), _RULE),
    ("thresholds.yaml", (NamedThreshold,), _BOTH),
    ("knowledge_base.yaml", (About, Scope, Contradiction, TimeFrame), _BASE),
    ("all of these", (Wording,), _BOTH),
    (INVARIANTS, (Invariant,), _BASE),
    ("cases/*.yaml", (Case, Expectation), _BASE),
    (HAZARDS, (Hazard, Likelihoods), _BASE),
    (KEYS, (ReviewerKey,), _BASE),
)
"""The models that read each file, and the layers whose approvals end when one of their fields changes."""

_OTHERWISE: Mapping[tuple[type[Frozen], str], tuple[LayerName, ...]] = {
    **{(Review, field): ("release",) for field in BY_APPROVALS},
    (Fact, "id"): _BOTH,  # the order of facts names them
    (Rule, "id"): _BOTH,  # so does the list of rules
}


@dataclass(frozen=True)
class Place:
    """A field of a model, the file that it stands in, and the layers whose approvals end when it changes."""

    file: str
    model: type[Frozen]
    field: str
    layers: tuple[LayerName, ...]

    @property
    def key(self) -> str:
        """The field as it stands in the file."""
        return self.model.model_fields[self.field].alias or self.field

    @property
    def only_in_files(self) -> bool:
        """Whether only the release covers it: the files as they stand."""
        return self.layers == ("release",)


FIELDS: tuple[Place, ...] = tuple(
    Place(file, model, field, _OTHERWISE.get((model, field), layers))
    for file, models, layers in _MODELS
    for model in models
    for field in model.model_fields
)
"""Every field of every file of a base."""

COVERED: Mapping[type[Frozen], Mapping[str, tuple[LayerName, ...]]] = {
    model: {place.field: place.layers for place in FIELDS if place.model is model}
    for _, models, _ in _MODELS
    for model in models
}
"""The same, model by model."""
