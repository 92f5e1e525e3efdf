"""What was read in a text: the facts that were taken, each with its words, and what was not understood."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from charley.facts.vocabulary import Value

__all__ = ["Reading", "Taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A fact taken from a text: its value, where it was said, and why it was read so.

    `question` is the fact as its vocabulary words it, by which a person confirms the value.
    """

    fact: str
    value: Value
    start: int
    end: int
    words: str
    question: str
    phrase: str
    because: tuple[str, ...] = ()

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands in the text: the offset of its first character, and the one after its last."""
        return self.start, self.end

    @property
    def quoted(self) -> str:
        """The words in quotes, with what denies or places them: `“SOB”, with “no”`."""
        words = " ".join(self.words.split())
        beside = [term for term in self.because if term not in words.lower()]
        return f"“{words}”" + (f", with “{' … '.join(beside)}”" if beside else "")

    @property
    def why(self) -> str:
        """The words, the phrase that they are, and what changed what they say."""
        changed = ", ".join(f"`{word}`" for word in self.because)
        return f"`{self.words}` is `{self.phrase}`" + (f"; around it stands {changed}" if changed else "")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a text. Nothing of it is in a record before somebody has confirmed it."""

    text: str
    taken: tuple[Taken, ...]
    doubtful: tuple[Taken, ...]
    not_understood: tuple[tuple[int, int], ...]
    of_others: tuple[tuple[int, int], ...] = ()
    """What was said of somebody else."""

    @property
    def facts(self) -> dict[str, Value]:
        """The facts with their values, as a record takes them."""
        return {each.fact: each.value for each in self.taken}

    @property
    def spans(self) -> dict[str, tuple[int, int]]:
        """Where in the text each fact was said."""
        return {each.fact: each.span for each in self.taken}

    def to_json(self) -> dict[str, Any]:
        """The same as plain values, for `json.dumps`."""
        return {
            "facts": self.facts,
            "taken": [{**asdict(each), "because": list(each.because)} for each in self.taken],
            "doubtful": [{**asdict(each), "because": list(each.because)} for each in self.doubtful],
            "not_understood": [
                {"start": start, "end": end, "words": self.text[start:end]}
                for start, end in self.not_understood
            ],
        }
