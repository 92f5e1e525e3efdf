"""Which kind of quantity a unit measures. Two units of one dimension may measure two different things.

A library of units compares dimensions: to it a hertz is a becquerel, an osmole is a mole, and one mmol/mol is
0.1 %. Here a unit is taken apart into its terms, and each term has a kind. Only units with the same kinds,
term by term, are units of one quantity; nothing cancels. What stands in braces is an annotation. It names
what is measured.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import NamedTuple

__all__ = ["Quantity", "quantity_of"]

_PREFIXES = ("", "da", *"YZEPTGMkhdcmunpfazy")
_METRIC = {
    "time": "s",
    "length": "m",
    "volume": "L l",
    "mass": "g t",
    "substance": "mol",
    "equivalents": "eq",
    "pressure": "Pa bar m[Hg] m[H2O]",
    "catalytic activity": "U kat",
    "arbitrary units": "[IU] [iU]",
    "temperature": "K",
    "energy": "J cal",
}
"""Units with which a prefix may stand."""
_OTHER = {
    "time": "min h d wk mo a",
    "length": "[in_i] [ft_i] [yd_i] [mi_i]",
    "mass": "[lb_av] [oz_av] [gr]",
    "pressure": "atm [psi]",
    "temperature": "Cel [degF]",
    "number": "1 % 10*",
}

_TERM = re.compile(r"([./]?)((?:\[[^]]*\]|[^][{}./+\d-]|10[*^]-?\d+|1(?!\d))*)([+-]?\d*)((?:\{[^{}]*\})?)")


class Quantity(NamedTuple):
    """What a unit measures.

    `kinds` are the kinds of its terms with their exponents. `annotations` are the words in braces, of which
    `needed` are terms of their own: `mL/min/{1.73_m2}` is no `mL/min`. `plain` is the unit without them.
    `listed` says whether every term is a unit that is listed here; each of these is a unit of UCUM.
    """

    kinds: tuple[tuple[tuple[str, int], int], ...]
    annotations: frozenset[str]
    needed: frozenset[str]
    plain: str
    listed: bool

    @property
    def is_rate_or_time(self) -> bool:
        """Whether it is a time, or a number in a time."""
        return self.kinds in (((("time", 1), 1),), ((("time", -1), 1),))

    def substance(self) -> Quantity:
        """The same with grams, moles and equivalents taken for one kind."""
        same = {"mass": "substance", "equivalents": "substance"}
        counted: Counter[tuple[str, int]] = Counter()
        for (kind, exponent), times in self.kinds:
            counted[same.get(kind, kind), exponent] += times
        return self._replace(kinds=tuple(sorted(counted.items())))


@cache
def quantity_of(unit: str) -> Quantity | None:
    """What a unit of UCUM measures, or None where the text does not have the form of a unit."""
    kinds: Counter[tuple[str, int]] = Counter()
    annotations: set[str] = set()
    needed: set[str] = set()
    plain = ""
    listed = True
    at = 0
    while at < len(unit):
        term = _TERM.match(unit, at)
        if term is None or term.end() == at or (at and not term[1]):
            return None
        at = term.end()
        operator, atom, power, braces = term.groups()
        if braces:
            annotations.add(braces[1:-1].lower())
        if not atom:
            if not braces or power:
                return None
            needed.add(braces[1:-1].lower())
            continue
        plain += operator + atom + power
        known, times = _kind(atom), int(power or 1) if power not in ("+", "-") else 0
        if not times:
            return None
        listed = listed and known is not None
        kind = known or atom  # a unit that is not listed is of a kind of its own
        if kind == "length" and abs(times) == 3:
            kind, times = "volume", times // 3
        if kind != "number":
            kinds[kind, -times if operator == "/" else times] += 1
    needed = needed if plain else set()
    counted = tuple(sorted(kinds.items()))
    return Quantity(counted, frozenset(annotations), frozenset(needed), plain or "1", listed)


def _kind(atom: str) -> str | None:
    """The kind of a term; None where it is not listed."""
    if re.fullmatch(r"10[*^]-?\d+", atom):
        return "number"
    return _kinds().get(atom)


@cache
def _kinds() -> dict[str, str]:
    """The kind of every unit that is listed, also with a prefix where one can stand."""
    metric = {
        prefix + unit: kind
        for kind, units in _METRIC.items()
        for unit in units.split()
        for prefix in _PREFIXES
    }
    return metric | {unit: kind for kind, units in _OTHER.items() for unit in units.split()}
