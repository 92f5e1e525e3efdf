"""What people type who are asked, by what it means: the words of `english.yaml`, as patterns."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

__all__ = ["means", "pattern", "words"]


@cache
def words(name: str) -> Any:
    """What stands under a name."""
    return _language()[name]


@cache
def pattern(*names: str) -> re.Pattern[str]:
    """The patterns under the names, one after the other; those of one name are alternatives."""
    return re.compile("".join(f"(?:{_joined(name)})" for name in names))


def means(low: str, *names: str) -> bool:
    """Whether the whole line, in small letters, is what stands under these names one after the other."""
    return pattern(*names).fullmatch(low) is not None


def _joined(name: str) -> str:
    said = words(name)
    text = said if isinstance(said, str) else "|".join(said)
    return re.sub(r"\{([A-Z_]+)\}", lambda found: _joined(found[1]), text)


@cache
def _language() -> dict[str, Any]:
    text = (files("charley.facts.answering") / "english.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    return data
