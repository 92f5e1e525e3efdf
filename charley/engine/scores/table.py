"""Scores: a clinical score of one patient item by item, from the differential and the base alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from charley.engine.differential import Differential
from charley.engine.explain.justification import observed_words
from charley.engine.explain.words import (
    range_words,
)
from charley.engine.explanation import Explanation, Row
from charley.engine.scores.sheet import Score, ScoreItem
from charley.engine.summary.rule_words import condition_words
from charley.facts.vocabulary import words
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.parse import parse
from charley.rules.names import plain

__all__ = ["ScoreTable", "score_table", "scores_named", "started_scores"]

_STATES = {"true": "yes", "false": "no", "open": "open"}
_BANDS = {"reached": "reached", "possible": "still possible", "excluded": "not possible any more"}


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One item: its points, its state, what it says, and the answers (or the open facts) behind it."""

    points: float
    state: str
    label: str
    behind: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class ScoreTable(Explanation):
    """A score item by item; `str()` explains. `applies` is a sentence, empty where it applies."""

    score: Score
    total: str
    applies: str
    lines: tuple[ScoreLine, ...]
    bands: tuple[str, ...]
    sources: tuple[str, ...]

    def listed(self, state: str) -> str:
        """The items in this state (`yes`, `no`, `open`) in a line, with their points."""
        return "; ".join(f"{line.label} {line.points:+g}" for line in self.lines if line.state == state)

    def rows(self) -> Iterator[Row]:
        """The sum, whether it applies, every item, every band, the sources."""
        yield Row("", f"{self.score.title}: {self.total}")
        if self.applies:
            yield Row("  ", self.applies)
        for line in self.lines:
            behind = f"  ({'; '.join(line.behind)})" if line.behind else ""
            yield Row(f"  {line.points:>+5g}  {line.state:<4}  ", f"{line.label}{behind}")
        for band in self.bands:
            yield Row("  ", band)
        for source in self.sources:
            yield Row("  ", f"source: {source}")


def score_table(base: KnowledgeBase, d: Differential, id: str) -> ScoreTable:
    """A score of the base as the patient has it. Raises `KeyError`."""
    instrument = base.instruments[id]
    score = next(each for each in d.scores if each.id == id)
    open_ = sum(item.state == "open" for item in score.items)
    total = f"{range_words(score.low, score.high)} point{'' if score.low == score.high == 1 else 's'}"
    if open_:
        total += f", {open_} of {len(score.items)} items open"
    applies = ""
    if score.applies != "yes":
        assert instrument.gate is not None
        needed = condition_words(instrument.gate, base)
        applies = f"It applies to this only: {needed}. "
        applies += "That is not so." if score.applies == "no" else "That is not known yet."
    return ScoreTable(
        score=score,
        total=total,
        applies=applies,
        lines=tuple(_line(base, item) for item in score.items),
        bands=tuple(
            f"{words(band.band)} ({condition_words(parse(band.when).condition, base)}): {_BANDS[band.state]}"
            for band in score.bands
        ),
        sources=tuple(f"{base.citations[key]} ({base.citations[key].seen})" for key in score.citations),
    )


def _line(base: KnowledgeBase, item: ScoreItem) -> ScoreLine:
    told = tuple(observed_words(base, part) for part in item.support)
    waits = tuple(base.vocabulary[fact].label for fact in item.open_facts)
    return ScoreLine(float(item.points), _STATES[item.state], item.label, told or waits)


def started_scores(base: KnowledgeBase, d: Differential) -> tuple[ScoreTable, ...]:
    """The scores to show beside a differential: started ones that are read in bands."""
    return tuple(score_table(base, d, score.id) for score in d.scores if score.started and score.bands)


def scores_named(base: KnowledgeBase, name: str) -> list[str]:
    """The scores that a person may mean: by id, or by words of the id or the title.

    Of several, those that are read in bands: the others only help rules to count.
    """
    if name in base.instruments:
        return [name]
    wanted = plain(name).split()
    found = [
        id
        for id, score in base.instruments.items()
        if wanted and all(word in plain(f"{id} {score.title}").split() for word in wanted)
    ]
    return [id for id in found if base.instruments[id].bands] or found
