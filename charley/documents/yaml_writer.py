"""Plain data as YAML that our own reader takes back: no anchors, any language, keys in their order."""

from __future__ import annotations

from typing import Any

import yaml

__all__ = ["written"]


class _WrittenOut(yaml.SafeDumper):
    """What stands in two places is written twice: our reader takes no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def written(value: object, **options: Any) -> str:
    """The value as YAML. `options` are those of `yaml.dump`."""
    layout = {"sort_keys": False, "allow_unicode": True, "width": 105, **options}
    text: str = yaml.dump(value, Dumper=_WrittenOut, **layout)
    return text
