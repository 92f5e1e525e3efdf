"""What there is to show of a differential, an explanation or a consultation.

Everything is shown from what the object holds, without its knowledge base. What is said to patients has
neither scores nor rules in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from charley.engine.consult.consultation import Consultation
from charley.engine.differential import Alarm, Differential, Place, Raised
from charley.engine.explain.fragility import Fragility
from charley.engine.explain.how import How
from charley.engine.explain.why_not import WhyNot
from charley.engine.explain.words import NOTHING_RAISED, SECTION_TITLES, SETTLED, section_title
from charley.engine.explanation import Explanation, Row, Shown
from charley.engine.summary.summary import by_leader, urgency_in_short
from charley.facts.vocabulary import words
from charley.pages.charts import signed_bars
from charley.pages.standings_chart import bars
from charley.rules.rule import URGENCY_RANK

__all__ = ["Part", "View", "view"]


@dataclass(frozen=True)
class Part:
    """A heading and what stands below it."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class View:
    """What there is to show of an object. `state` is the standing of the rules behind it."""

    title: str
    parts: tuple[Part, ...]
    picture: Markup | None
    state: str = ""


def view(shown: Shown) -> View:
    """What a notebook shows of an object: its title, its parts and its picture."""
    match shown:
        case Differential():
            return _differential(shown)
        case Consultation():
            told = f"{len(shown.record)} answers told, {len(shown.answers.unknown)} not known"
            found = _differential(shown.differential)
            return View(found.title, (Part("", (Row("", told),)), *found.parts), found.picture, found.state)
        case Explanation():
            title, *rows = [*shown.rows(), Row("", "")]
            return View(title.text, (Part("", tuple(rows[:-1])),), _picture(shown))
    raise TypeError(f"a {type(shown).__name__} cannot be shown")


def _picture(shown: Explanation) -> Markup | None:
    """The weights behind an explanation, where it has some."""
    match shown:
        case How():
            weights = [(each.because, each.effect, each.counted) for each in shown.reasons]
        case WhyNot():
            weights = [(each.because, each.effect, each.state is not False) for each in shown.missed]
        case Fragility():
            ends = [(each.because, max(each.margins, key=abs), each in shown.flips) for each in shown.moved]
            return signed_bars("The lead when a weight is moved within its doubt, in decibans", ends[:12])
        case _:
            return None
    numbers = [(because, int(effect), counted) for because, effect, counted in weights if effect[0] in "+-"]
    return signed_bars("Weights of evidence in decibans", numbers[:20]) if numbers else None


def _differential(d: Differential) -> View:
    base = d.knowledge_base
    state = f"{base.title} {base.version}: rules {words(base.review_status)}, updated {base.updated}."
    plain = d.audience == "patient"
    parts = [Part("How urgent", tuple(_urgent(d)))]
    parts += [Part(title, rows) for title, rows in _ranked(d, plain)]
    if d.advice or (d.withdrawn and not plain):
        rows = [Row("", f"{each.text}{' (done)' if each.done else ''}") for each in d.advice]
        if not plain:
            rows += [Row("", f"{g.text} (withdrawn by {', '.join(g.by)})") for g in d.withdrawn]
        parts.append(Part("Advised", tuple(rows)))
    closing = [*([SETTLED] if d.settled and not plain else []), d.always_say, d.disclaimer]
    parts.append(Part("To bear in mind", tuple(Row("", each) for each in closing if each)))
    picture = bars(d.standings[:12]) if d.standings and not plain else None
    return View(base.title, tuple(parts), picture, state)


def _urgent(d: Differential) -> Iterator[Row]:
    """The overall urgency, what contradicts itself, and every flag and alert with what to do."""
    titles = {firing.rule: firing.title for firing in d.firings}
    for contradiction in d.contradictions:
        yield Row("?? ", contradiction.note)
    yield Row("", urgency_in_short(d))
    if (reason := by_leader(d)) is not None:
        yield Row("", reason)
    raised: list[tuple[Raised | Alarm, str]] = [(alarm, alarm.name) for alarm in d.alerts]
    for flag in d.flags:
        raised.append((flag, d.standing(flag.candidate).name if d.standings else words(flag.candidate)))
    raised.sort(key=lambda each: URGENCY_RANK[each[0].urgency])
    for each, name in raised:
        yield Row("!! ", f"{name}: {each.action}")
        for rule in each.rules:
            if rule in titles and d.audience != "patient":
                yield Row("     ", f"{titles[rule]} [{rule}]")
        for cleared in each.cleared_by:
            yield Row("     ", f"Answered, and still shown: {cleared.note}")
    if not raised:
        yield Row("", NOTHING_RAISED)


def _ranked(d: Differential, plain: bool) -> Iterator[tuple[str, tuple[Row, ...]]]:
    """The sections that hold candidates; of those not unlikely, what weighs on them."""
    if d.scope == "outside":
        yield "Outside the scope", (Row("", d.scope_note or "Nothing is ranked."),)
    titles = {firing.rule: firing.title for firing in d.firings}
    for section in SECTION_TITLES:
        places = [d.standing(candidate) for candidate in d.sections.get(section, ())]
        if places and (not plain or section in ("most_likely", "do_not_miss")):
            rows = [row for place in places for row in _place(place, titles, plain)]
            yield section_title(d, section), tuple(rows)


def _place(place: Place, titles: dict[str, str], plain: bool) -> Iterator[Row]:
    if plain:
        yield Row("", place.name)
        return
    low, high = place.interval
    flagged = ", flagged" if place.flagged else ""
    yield Row("", f"{place.name}: {place.score:+d} db (could be {low:+d} to {high:+d}){flagged}")
    if place.section == "most_likely":
        for each in place.contributions:
            effect = f"{each.weight:+d}" if each.counted else f"({each.weight:+d})"
            yield Row(f"  {effect:>5}  ", f"{titles.get(each.rule, each.rule)} [{each.rule}]")
