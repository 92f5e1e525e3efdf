"""Units: a number in another unit, converted to the fact's own or refused with both units named.

A unit converts where it measures the same kind of quantity (`charley.facts.quantity`), or where the fact
declares how its scale converts. UCUM is read by ucumvert and the arithmetic is pint's. Both are imported
only when a unit other than the fact's own is met, since they take longer to import than a whole consultation
takes to run.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Any

from charley.documents.diagnostic import CharleyError
from charley.facts.conversion import Conversion
from charley.facts.quantity import Quantity, quantity_of
from charley.facts.spellings import NAMES, SPELLINGS

__all__ = [
    "NotConvertible",
    "convert",
    "in_ucum",
    "is_unit",
    "shown",
    "unit_name",
    "with_unit",
    "without_codes",
]

_MOLAR = {f"{prefix}M": f"{prefix}mol/L" for prefix in ("", "m", "u", "n", "p")}
"""Chemists write a capital M for mol/L. In UCUM that letter is a prefix."""

_PER_SURFACE = r"(?i)\s*(?:/|per)\s*\(?\{?\s*1[.,]73[\s_]*(?:m(?:\^|\*\*)?2|sq\.?\s*m)\s*\}?\)?"
_FARTHEST = 5000
"""How many times shorter or longer than its own unit a time may be given: nobody gives an age in seconds."""


class NotConvertible(CharleyError, ValueError):
    """A unit that is not known, or that does not measure the same thing."""


def unit_name(unit: str | None) -> str:
    """A UCUM unit as a person writes it: `a` is years, `ug/L{FEU}` is ug/L FEU, `m[IU]/L` is mIU/L.

    `{score}` is left out.
    """
    if unit is None or (unit.startswith("{") and unit.endswith("}")):
        return ""
    if unit in NAMES:
        return NAMES[unit]
    annotated = re.fullmatch(r"([^{}]+)\{(\w+)\}", unit)
    if annotated:
        return f"{unit_name(annotated[1])} {annotated[2]}"
    return re.sub(r"\[(\w+)\]", r"\1", unit)


def with_unit(value: float | int, unit: str | None) -> str:
    """A number with its unit as a person reads it: `67 years`, `1 day`, `1,200 ug/L FEU`."""
    if unit is None:
        return f"{value}"
    name = unit_name(unit)
    one = value == 1 and name.isalpha() and name.endswith("s")
    return f"{value:,} {name.removesuffix('s') if one else name}".rstrip()


def shown(value: float | int, unit: str | None) -> str:
    """A number as it is shown: as `with_unit`, and a part of a day in hours or minutes, in two digits."""
    if unit != "d" or not 0 < value < 1:
        return with_unit(value, unit)
    hours = float(f"{24 * value:.2g}")
    part, of = (hours, "h") if hours >= 1 else (float(f"{24 * 60 * value:.2g}"), "min")
    return with_unit(int(part) if part.is_integer() else part, of)


def is_unit(unit: str) -> bool:
    """Whether this is a unit of UCUM, or an annotation that stands for none."""
    if unit in NAMES or not unit_name(unit):
        return True
    quantity = quantity_of(unit)
    if quantity is not None and quantity.listed:
        return True  # nearly always: reading the library's own table of units takes a second
    try:
        _unit(unit if quantity is None else quantity.plain)
    except Exception:  # pint and ucumvert raise many kinds; each of them means "no"
        return False
    return True


def convert(
    value: float | int,
    given: str,
    own: str,
    *,
    molar_mass: float | None = None,
    charge: int | None = None,
    annotations: Collection[str] = (),
    conversions: Collection[Conversion] = (),
) -> float | int:
    """`value` in the unit `given`, in the unit `own`.

    With a `molar_mass` (g/mol) grams and moles convert, with a `charge` moles and equivalents. The
    `conversions` say how other scales convert. `annotations` are words that may stand with the unit and
    change nothing; any other word in braces is refused. Twelve significant digits are kept. Raises
    `NotConvertible`, naming both units.
    """
    plain = given.strip().rstrip(".")
    if plain in (own, unit_name(own)) or _ucum(plain) == own:
        return value
    words = [*annotations, *_words(own)]
    meant = _like(
        _annotated(_ucum(given), [*words, *(w for each in conversions for w in _words(each.unit))]), own
    )
    quantity, target = quantity_of(meant), quantity_of(own)
    refusal = f"`{given.strip()[:40]}` does not convert to {_named(own)}"
    if quantity is None or target is None:
        raise NotConvertible(refusal)
    for each in conversions:
        scale = quantity_of(each.unit)
        if scale is not None and _measures(quantity, scale, scale.annotations, target):
            return _rounded(each.applied(_scaled(value, quantity.plain, scale.plain, refusal)))
    _check_kind(quantity, target, words, refusal, molar_mass, charge)
    found = _scaled(value, quantity.plain, target.plain, refusal, molar_mass, charge)
    if target.is_rate_or_time:
        factor = abs(_scaled(1, quantity.plain, target.plain, refusal))
        if not 1 / _FARTHEST <= factor <= _FARTHEST:
            raise NotConvertible(f"nobody gives {_named(own)} in `{given.strip()[:40]}`")
    return _rounded(found)


def _measures(given: Quantity, scale: Quantity, words: Collection[str], own: Quantity) -> bool:
    """Whether the given unit is one of the scale: of its kinds, and named so where it could be the fact's."""
    named = scale.annotations if scale.kinds == own.kinds else scale.needed
    return given.kinds == scale.kinds and named <= given.annotations <= set(words)


def _check_kind(
    given: Quantity,
    own: Quantity,
    words: Collection[str],
    refusal: str,
    molar_mass: float | None,
    charge: int | None,
) -> None:
    """Refuse a unit of another quantity, though its dimension may be the same. Raises `NotConvertible`."""
    foreign = sorted(given.annotations - {word.lower() for word in words})
    if foreign:
        raise NotConvertible(f"{refusal}: `{{{foreign[0][:20]}}}` is not what it measures")
    if own.plain == "1" and own.annotations and given.plain != "1":  # a count or a score has no unit
        raise NotConvertible(refusal)
    if own.needed - given.annotations:
        per = ", ".join(sorted(own.needed)).replace("_", " ")
        raise NotConvertible(f"{refusal}: it is not per {per}")
    if given.kinds == own.kinds:
        return
    kinds = {kind for quantity in (given, own) for (kind, _), _ in quantity.kinds}
    equivalents = "equivalents" in kinds
    masses = "mass" in kinds
    possible = (charge is not None or not equivalents) and (molar_mass is not None or not masses)
    if not possible or given.substance().kinds != own.substance().kinds:
        raise NotConvertible(refusal)


def _scaled(
    value: float | int,
    given: str,
    own: str,
    refusal: str,
    molar_mass: float | None = None,
    charge: int | None = None,
) -> float:
    """The arithmetic, between units that measure one quantity. Raises `NotConvertible`."""
    factor = 1.0
    if charge is not None and ("eq" in given) != ("eq" in own):
        factor = charge if "eq" in own else 1 / charge
    registry = _registry()
    try:
        source, target = (_unit(unit.replace("eq", "mol")) for unit in (given, own))
        quantity = registry.Quantity(value * factor, source)
        if molar_mass is None:
            return float(quantity.to(target).magnitude)
        weight = registry.Quantity(molar_mass, "g/mol")
        with registry.context("chemistry", mw=weight):
            return float(quantity.to(target).magnitude)
    except Exception as error:  # pint and ucumvert raise many kinds; each of them means "no"
        raise NotConvertible(refusal) from error


def _rounded(value: float) -> float | int:
    rounded = float(f"{value:.12g}")
    return int(rounded) if rounded.is_integer() else rounded


def _named(own: str) -> str:
    name = unit_name(own) or "a plain number"
    return name if name == own else f"{name} (`{own}`)"


def without_codes(message: str) -> str:
    """A refusal without the code of a unit beside its name, for whoever is no programmer."""
    return re.sub(r" \(`[^`]*`\)", "", message)


def _words(unit: str) -> list[str]:
    """The words in the braces of a unit."""
    return re.findall(r"\{([^{}]*)\}", unit)


def _annotated(text: str, words: Collection[str]) -> str:
    """The unit with such a word in braces, wherever it stands: `ng/mL FEU`, `ug FEU/mL`, `mg/L (FEU)`."""
    for word in words:
        hyphened = "-?".join(map(re.escape, word))  # `D-DU`
        found = re.search(rf"[\s(-]*(?<![\w{{]){hyphened}(?![\w}}])\)?\s*", text, re.IGNORECASE)
        if found is not None and re.search(r"[\w%]", text[: found.start()] + text[found.end() :]):
            return _ucum(text[: found.start()] + text[found.end() :]) + f"{{{word}}}"
    return text


def _like(meant: str, own: str) -> str:
    """Laboratories write U or IU where UCUM tells units of enzymes from the arbitrary ones of hormones."""
    if "[IU]" in own:
        return re.sub(r"\[IU\]|U", "[IU]", meant)
    return meant.replace("[IU]", "U") if "U" in own else meant


def in_ucum(written: str) -> str | None:
    """The UCUM unit that is meant by what a person wrote, or None where it is none or is written so."""
    meant = _ucum(written)
    return meant if meant != written and is_unit(meant) else None


def _ucum(text: str) -> str:
    """What a person or a laboratory writes, as UCUM."""
    plain = text.strip().rstrip(".")
    plain = re.sub(_PER_SURFACE, "/{1.73_m2}", plain.replace("²", "2").replace("³", "3"))
    for sign, meant in {"µ": "u", "μ": "u", "mcg": "ug", "·": ".", "×": "x", "⁹": "^9"}.items():
        plain = plain.replace(sign, meant)
    plain = re.sub(r"\s*/\s*", "/", plain)
    plain = re.sub(r"(?<!\[)IU", "[IU]", plain)
    written = SPELLINGS.get(plain.lower()) or _MOLAR.get(plain)
    return written or plain.replace("mEq", "meq").replace("/l", "/L").replace("/dl", "/dL")


@cache
def _registry() -> Any:
    from ucumvert import PintUcumRegistry

    return PintUcumRegistry()


@cache
def _unit(ucum: str) -> Any:
    return _registry().from_ucum(ucum).units
