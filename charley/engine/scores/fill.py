"""Clinical scores filled in from what is known of a patient."""

from __future__ import annotations

from typing import Literal

from charley.engine.compose.supports import Supports
from charley.engine.meaning import Kleene, truth
from charley.engine.prepared import Known, Prepared, known_in
from charley.engine.scores.sheet import Score, ScoreBand, ScoreItem
from charley.rules.instrument import Instrument
from charley.rules.language.condition import Condition, atoms
from charley.rules.language.parse import parse

__all__ = ["ScoreSheets"]

_ITEM_STATES: dict[Kleene, Literal["true", "false", "open"]] = {True: "true", False: "false", None: "open"}
_APPLIES: dict[Kleene, Literal["yes", "no", "unknown"]] = {True: "yes", False: "no", None: "unknown"}
_BANDS: dict[Kleene, Literal["reached", "possible", "excluded"]] = {
    True: "reached",
    False: "excluded",
    None: "possible",
}


class ScoreSheets:
    """The clinical scores of a base, item by item. Made once for a base.

    Most records touch few of them. What rests on nothing that is known is the same for everybody, and shared.
    """

    def __init__(self, base: Prepared) -> None:
        self._base, self._supports = base, base.part(Supports)
        self._facts: dict[str, list[tuple[str, ...]]] = {
            id: [base.facts_of(item.condition) for item in score.items]
            for id, score in base.instruments.items()
        }
        """The facts that each item of a score comes down to."""
        self._all_facts = {
            id: frozenset(fact for each in facts for fact in each) for id, facts in self._facts.items()
        }
        self._conditions: dict[str, dict[str, Condition]] = {
            id: {band: parse(when).condition for band, when in score.bands.items()}
            for id, score in base.instruments.items()
        }
        """Of every score the condition of each band."""
        self._bands: dict[tuple[str, Kleene, int, int], tuple[ScoreBand, ...]] = {}
        """What every score is read as, by whether it applies, its lowest and its highest sum."""
        self._read_beside = frozenset(
            id
            for id, score in base.instruments.items()
            for condition in self._conditions[id].values()
            if any(atom.name != id for atom in atoms(condition))
        )
        """The scores that are read with something else beside."""
        self._blank: dict[str, Score] = {}
        nothing = base.kernel.nobody
        self._gates = nothing.gates
        known = known_in(base, {}, nothing)
        for id, score in base.instruments.items():
            self._blank[id] = self._filled(score, known)

    def filled(self, known: Known) -> tuple[Score, ...]:
        """Every score, in the order of the base."""
        record, gates, made = known.record, known.found.gates, []
        for id, score in self._base.instruments.items():
            if gates[id] is self._gates[id] and self._all_facts[id].isdisjoint(record):
                made.append(self._blank[id])
            else:
                made.append(self._filled(score, known))
        return tuple(made)

    def _filled(self, score: Instrument, known: Known) -> Score:
        id, record, blank = score.id, known.record, self._blank.get(score.id)
        items = []
        for at, facts in enumerate(self._facts[id]):
            if blank is not None and record.keys().isdisjoint(facts):
                items.append(blank.items[at])
                continue
            item = score.items[at]
            holds = truth(item.condition, known.look)
            items.append(
                ScoreItem.made(
                    label=item.label or item.when,
                    when=item.when,
                    points=blank.items[at].points if blank is not None else score.show(score.scaled[at]),
                    state=_ITEM_STATES[holds],
                    support=()
                    if holds is None
                    else self._supports.of((id, at), item.condition, known, holds),
                    open_facts=tuple([fact for fact in facts if fact not in record]) if holds is None else (),
                )
            )
        gate, (low, high) = known.found.gates[id], known.found.scores[id]
        bands = self._bands.get((id, gate, low, high))
        if bands is None:
            bands = ()
            for band, when in score.bands.items():
                known_so = truth(self._conditions[id][band], known.look)
                state = "excluded" if gate is False else _BANDS[known_so]
                bands = (*bands, ScoreBand.made(band=band, when=when, state=state))
            if id not in self._read_beside:
                self._bands[id, gate, low, high] = bands
        return Score.made(
            id=id,
            title=score.title,
            applies=_APPLIES[gate],
            low=score.show(low),
            high=score.show(high),
            items=tuple(items),
            bands=bands,
            citations=score.evidence.citations if score.evidence is not None else (),
        )
