"""Units: a number in another unit, converted to the fact's own or refused with both units named.

UCUM is read by ucumvert and the arithmetic is pint's. Both are imported only when a unit other than the
fact's own is met, since they take longer to import than a whole consultation takes to run.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from charley.documents.diagnostic import CharleyError

__all__ = ["NotConvertible", "convert", "is_unit", "same_unit", "unit_name"]

_NAMES = {
    "1": "",
    "a": "years",
    "d": "days",
    "h": "hours",
    "min": "minutes",
    "mo": "months",
    "wk": "weeks",
    "/wk": "per week",
    "/min": "per minute",
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "10*9/L": "x 10^9/L",
    "mL/min/{1.73_m2}": "mL/min/1.73 m2",
}

_SPELLINGS = {
    "year": "a",
    "years": "a",
    "yr": "a",
    "yrs": "a",
    "y": "a",
    "yo": "a",
    "years old": "a",
    "day": "d",
    "days": "d",
    "week": "wk",
    "weeks": "wk",
    "w": "wk",
    "month": "mo",
    "months": "mo",
    "hour": "h",
    "hours": "h",
    "hr": "h",
    "hrs": "h",
    "minute": "min",
    "minutes": "min",
    "mins": "min",
    "second": "s",
    "seconds": "s",
    "sec": "s",
    "secs": "s",
    "mmhg": "mm[Hg]",
    "mm hg": "mm[Hg]",
    "kpa": "kPa",
    "percent": "%",
    "°c": "Cel",
    "c": "Cel",
    "celsius": "Cel",
    "°f": "[degF]",
    "f": "[degF]",
    "fahrenheit": "[degF]",
    "per week": "/wk",
    "a week": "/wk",
    "/week": "/wk",
    "times a week": "/wk",
    "per day": "/d",
    "a day": "/d",
    "/day": "/d",
    "per minute": "/min",
    "bpm": "/min",
    "inch": "[in_i]",
    "inches": "[in_i]",
    "in": "[in_i]",
    "iu/l": "U/L",
    "u/l": "U/L",
    "x10^9/l": "10*9/L",
    "x 10^9/l": "10*9/L",
    "10^9/l": "10*9/L",
    "10e9/l": "10*9/L",
    "ml/min/1.73m2": "mL/min/{1.73_m2}",
    "ml/min/1.73 m2": "mL/min/{1.73_m2}",
    "ml/min/1.73m²": "mL/min/{1.73_m2}",
    "ml/min": "mL/min/{1.73_m2}",
}


class NotConvertible(CharleyError, ValueError):
    """A unit that is not known, or that does not measure the same thing."""


def unit_name(unit: str | None) -> str:
    """A UCUM unit as a person writes it: `a` is years; annotations such as `{score}` are left out."""
    if unit is None or (unit.startswith("{") and unit.endswith("}")):
        return ""
    return _NAMES.get(unit, unit)


def is_unit(unit: str) -> bool:
    """Whether this is a unit of UCUM, or an annotation that stands for none."""
    if unit in _NAMES or not unit_name(unit):
        return True
    try:
        _unit(unit)
    except Exception:  # pint and ucumvert raise many kinds; each of them means "no"
        return False
    return True


def same_unit(given: str, own: str) -> bool:
    """Whether what a person wrote is just the fact's own unit."""
    plain = given.strip().rstrip(".")
    return plain in (own, unit_name(own)) or _ucum(plain) == own


def convert(
    value: float | int,
    given: str,
    own: str,
    *,
    molar_mass: float | None = None,
    charge: int | None = None,
) -> float | int:
    """`value` in the unit `given`, in the unit `own`.

    With a `molar_mass` (g/mol) grams and moles convert, with a `charge` moles and equivalents. Twelve
    significant digits are kept. Raises `NotConvertible`, naming both units.
    """
    if same_unit(given, own):
        return value
    meant = _like(_ucum(given.strip()), own)
    refusal = f"`{given.strip()[:40]}` does not convert to {_named(own)}"
    factor = 1.0
    if ("eq" in meant) != ("eq" in own):
        if charge is None:  # a library would take one equivalent for one mole, whatever the ion
            raise NotConvertible(refusal)
        factor = charge if "eq" in own else 1 / charge
    registry = _registry()
    try:
        source, target = (_unit(unit.replace("eq", "mol")) for unit in (meant, own))
        quantity = registry.Quantity(value * factor, source)
        if molar_mass is not None:
            weight = registry.Quantity(molar_mass, "g/mol")
            with registry.context("chemistry", mw=weight):
                converted = quantity.to(target).magnitude
        else:
            converted = quantity.to(target).magnitude
    except Exception as error:  # pint and ucumvert raise many kinds; each of them means "no"
        raise NotConvertible(refusal) from error
    rounded = float(f"{converted:.12g}")
    return int(rounded) if rounded.is_integer() else rounded


def _named(own: str) -> str:
    name = unit_name(own) or "a plain number"
    return name if name == own else f"{name} (`{own}`)"


def _like(meant: str, own: str) -> str:
    """Laboratories write U or IU where UCUM tells units of enzymes from the arbitrary ones of hormones."""
    if "[IU]" in own:
        return re.sub(r"\[IU\]|U", "[IU]", meant)
    return meant.replace("[IU]", "U") if "U" in own else meant


def _ucum(text: str) -> str:
    plain = text.replace("µ", "u").replace("μ", "u").replace("mcg", "ug")
    plain = re.sub(r"(?<!\[)IU", "[IU]", plain)
    return _SPELLINGS.get(plain.lower(), plain.replace("mEq", "meq").replace("/l", "/L"))


@cache
def _registry() -> Any:
    from ucumvert import PintUcumRegistry

    return PintUcumRegistry()


@cache
def _unit(ucum: str) -> Any:
    if any(character in ucum for character in "{}[]()") and ucum.startswith("{"):
        raise NotConvertible(ucum)
    return _registry().from_ucum(ucum).units
