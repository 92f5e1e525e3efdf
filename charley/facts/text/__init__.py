"""Free text to facts: what a person typed, read by phrases, numbers and the scope of negation and doubt."""

from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["language_data"]


@cache
def language_data(language: str, name: str) -> Any:
    """What stands in a data file of a language."""
    import yaml

    text = (files("charley.facts.text") / language / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
