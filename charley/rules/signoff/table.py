"""The table of every field of every file with the layers that cover it, as a page of the documentation."""

from __future__ import annotations

from itertools import groupby

from charley.rules.signoff.coverage import FIELDS, Place
from charley.rules.signoff.layers import LAYERS

__all__ = ["table"]

_HEAD = """# What an approval covers, field by field

Written by `python -m charley.rules.signoff.table` from the models that read the files. A test holds this page
to them, and another changes each field and expects the approvals of its layers to end.

- **rule**: the approval of every rule that reaches the item (`charley review show RULE` says what it reaches)
- **base**: the approval of the base as a whole
- **release**: the approval of the release, which covers everything

That a rule or the base is approved, by whom and when, is refused in their files (R018) and comes from
approvals alone. The entries of `reviews.yaml` are bound by their signatures, where keys are listed.

Educational purpose only, pending human review.
"""


def table() -> str:
    """The page, in Markdown."""
    parts = [_HEAD]
    for (file, model), places in groupby(FIELDS, key=lambda place: (place.file, place.model)):
        parts.append(f"\n## {model.__name__}, in `{file}`\n")
        parts.append("| field | " + " | ".join(LAYERS) + " |")
        parts.append("|---|" + "---|" * len(LAYERS))
        parts += [_row(place) for place in places]
    return "\n".join(parts) + "\n"


def _row(place: Place) -> str:
    marks = ("yes" if layer in place.layers else "" for layer in LAYERS)
    return f"| `{place.key}` | {' | '.join(marks)} |"


if __name__ == "__main__":
    print(table(), end="")
