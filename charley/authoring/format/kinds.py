"""The kinds of files in a base, each with the models that read it, and every key in an author's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from charley.documents.document import read_document
from charley.documents.model import Frozen
from charley.facts.vocabulary import FactGroup
from charley.rules.candidate import AlertName, Candidate
from charley.rules.case import Case
from charley.rules.governance.about import About
from charley.rules.governance.evidence import Citation
from charley.rules.governance.hazard import Hazard
from charley.rules.instrument import Derived, Finding, Instrument
from charley.rules.invariants.invariant import Invariant
from charley.rules.language.threshold import NamedThreshold
from charley.rules.loading.find import VOCABULARY
from charley.rules.loading.shared.vocabularies import Taken
from charley.rules.rule import Rule
from charley.rules.signoff.approval import Approval, ReviewerKey

__all__ = ["KINDS", "FileKind", "key_words", "kind_of_file"]


@dataclass(frozen=True)
class FileKind:
    """A kind of file. Its `parts` are the models of its lists by their key; the key of an unnamed list, or of
    a file that is one thing, is empty.
    """

    name: str
    files: str
    title: str
    parts: Mapping[str, type[Frozen]]
    listed: bool = True
    required: bool = False

    @property
    def models(self) -> tuple[type[Frozen], ...]:
        """The models of what stands in it."""
        return tuple(self.parts.values())


KINDS = {
    kind.name: kind
    for kind in (
        FileKind(
            "knowledge_base",
            "knowledge_base.yaml",
            "what the base is, for whom, by whom, and where it stops",
            {"": About},
            listed=False,
            required=True,
        ),
        FileKind("facts", "facts.yaml", "groups of facts: what can be known", {"": FactGroup}, required=True),
        FileKind(
            "vocabulary",
            VOCABULARY,
            "facts that are taken from another base, or from a folder of facts",
            {"": Taken},
        ),
        FileKind(
            "candidates",
            "candidates.yaml",
            "the diagnoses, and the dangers that are named and not ranked",
            {"candidates": Candidate, "alerts": AlertName},
            required=True,
        ),
        FileKind(
            "instruments",
            "instruments.yaml",
            "derived values and clinical scores",
            {"derived": Derived, "instruments": Instrument},
        ),
        FileKind(
            "thresholds",
            "thresholds.yaml",
            "numbers that conditions compare with by name",
            {"": NamedThreshold},
        ),
        FileKind("findings", "findings.yaml", "what rules conclude", {"": Finding}),
        FileKind("citations", "citations.yaml", "every source, and what was seen of it", {"": Citation}),
        FileKind("rules", "rules/*.yaml", "the rules, one file a theme", {"": Rule}, required=True),
        FileKind(
            "cases", "cases/*.yaml", "constructed patients with expectations (`charley test`)", {"": Case}
        ),
        FileKind(
            "invariants",
            "invariants.yaml",
            "what must hold for every possible patient (`charley prove`)",
            {"": Invariant},
        ),
        FileKind("hazards", "hazards.yaml", "what could go wrong, and what keeps it from that", {"": Hazard}),
        FileKind("reviews", "reviews.yaml", "approvals, as `charley review` writes them", {"": Approval}),
        FileKind("keys", "keys.yaml", "the keys with which approvals must be signed", {"": ReviewerKey}),
    )
}
"""In the order in which an author meets them."""


def kind_of_file(base: Path, file: Path) -> FileKind | None:
    """The kind of a file of the base in this folder, or None for a file that is none of them."""
    where = file.relative_to(base)
    return next(
        (kind for kind in KINDS.values() if where.match(kind.files) and _depth(kind) == len(where.parts)),
        None,
    )


def _depth(kind: FileKind) -> int:
    return len(Path(kind.files).parts)


@cache
def key_words() -> Mapping[str, Mapping[str, str]]:
    """By model, every key in an author's words; `this` is the thing as a whole."""
    words = read_document(Path(__file__).with_name("words.yaml")).value
    assert isinstance(words, dict)
    return words
