"""Clinical scores filled in from what is known of a patient."""

from __future__ import annotations

from typing import Literal

from charley.engine.meaning import Kleene, Look, Valuation, truth
from charley.engine.prepared import Prepared
from charley.engine.scores.sheet import Score, ScoreBand, ScoreItem
from charley.engine.support import Supports, values_in
from charley.facts.record import Record
from charley.rules.instrument import Instrument
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
        self._blank: dict[str, Score] = {}
        nothing = base.kernel.start().valuation()
        self._gates = nothing.gates
        look = values_in(base, {}, nothing)
        for id, score in base.instruments.items():
            self._blank[id] = self._filled(score, {}, nothing, look)

    def filled(self, record: Record, found: Valuation, look: Look) -> tuple[Score, ...]:
        """Every score, in the order of the base."""
        known, made = record.keys(), []
        for id, score in self._base.instruments.items():
            if found.gates[id] is self._gates[id] and all(map(known.isdisjoint, self._facts[id])):
                made.append(self._blank[id])
            else:
                made.append(self._filled(score, record, found, look))
        return tuple(made)

    def _filled(self, score: Instrument, record: Record, found: Valuation, look: Look) -> Score:
        id, known, blank = score.id, record.keys(), self._blank.get(score.id)
        low, high = found.scores[id]
        items = []
        for at, facts in enumerate(self._facts[id]):
            if blank is not None and known.isdisjoint(facts):
                items.append(blank.items[at])
                continue
            item = score.items[at]
            holds = truth(item.condition, look)
            items.append(
                ScoreItem.made(
                    label=item.label or item.when,
                    when=item.when,
                    points=blank.items[at].points if blank is not None else score.show(score.scaled[at]),
                    state=_ITEM_STATES[holds],
                    support=()
                    if holds is None
                    else self._supports.of((id, at), item.condition, look, record, found, holds),
                    open_facts=tuple([fact for fact in facts if fact not in record]) if holds is None else (),
                )
            )
        bands = []
        for band, when in score.bands.items():
            state = "excluded" if found.gates[id] is False else _BANDS[truth(parse(when).condition, look)]
            bands.append(ScoreBand.made(band=band, when=when, state=state))
        return Score.made(
            id=id,
            title=score.title,
            applies=_APPLIES[found.gates[id]],
            low=score.show(low),
            high=score.show(high),
            items=tuple(items),
            bands=tuple(bands),
            citations=score.evidence.citations if score.evidence is not None else (),
        )
