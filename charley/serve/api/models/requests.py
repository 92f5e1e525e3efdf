"""What a program may send: one model for each question, and the options of its address."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from charley.documents.model import Frozen
from charley.facts.wording import Audience

__all__ = [
    "MOST_ROWS",
    "MOST_TEXT",
    "Batch",
    "Explain",
    "ExplainKind",
    "FollowUp",
    "Levels",
    "NextScreen",
    "Nothing",
    "Options",
    "ReadText",
    "Scores",
    "Search",
    "Told",
    "WhatIf",
]

MOST_ROWS = 10_000
"""Records in one batch."""

MOST_TEXT = 20_000
"""Characters of a text that is read for facts."""

_VALUE = {
    "anyOf": [
        {"type": ["boolean", "number", "string", "null"]},
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["value"],
            "properties": {"value": {"type": ["number", "string", "null"]}, "unit": {"type": "string"}},
        },
    ]
}
_RECORD = {
    "type": "object",
    "description": (
        "What is known of one patient: ids of facts with their values. A fact that is not here is unknown, "
        "which is not no; `null` says that it is unknown and need not be asked for again. A number is in the "
        'unit of the fact, or carries its own: `"53 mmol/mol"`.'
    ),
    "additionalProperties": _VALUE,
}

Values = Annotated[dict[str, Any], WithJsonSchema(_RECORD)]
"""Facts with answers as anybody may write them; the vocabulary of the base says what they mean."""

Strictly = Annotated[bool, Field(strict=True)]
Word = Annotated[str, Field(max_length=200)]
ExplainKind = Literal["how", "why", "why_not", "fragility", "contrast", "distance"]


class Nothing(Frozen):
    """No options."""


class Options(Frozen):
    """Which base answers (by default the first that is served), and for whom it is worded."""

    kb: str | None = None
    audience: Audience = "clinician"


class Levels(Options):
    """How much stands behind a diagnosis: nothing, reasons with rule ids, or the whole differential."""

    explain: Literal["none", "short", "full"] = "short"


class Search(Options):
    """`find` keeps the facts in whose id or wording all of its words stand."""

    find: Word | None = None


class Told(Frozen):
    """A record. `unknown` are facts of which somebody said not to know; `null` as a value says the same."""

    record: Values = Field(default_factory=dict)
    unknown: tuple[Word, ...] = ()


class ReadText(Frozen):
    """A story or a note in anybody's own words."""

    text: Annotated[str, Field(max_length=MOST_TEXT)]


class Explain(Told):
    """What is to be explained.

    `how` a candidate or alert came to stand where it stands (by default the leader; `x.3` looks into its
    third step); `why` the `fact` would be asked for (by default the next one); `why_not` the candidate is
    flagged or first; the `contrast` of `candidate` and `other`; the `distance` to every danger; the
    `fragility` of the leader. `fixed` lets `why_not` suppose what nobody can change.
    """

    kind: ExplainKind
    candidate: Word | None = None
    other: Word | None = None
    fact: Word | None = None
    fixed: Strictly = False


class NextScreen(Told):
    """Where the interview stands: `last_topic` is that of the screen before, `later` were put off.

    `recommend` also asks whether to go on, which takes longer than the screen.
    """

    last_topic: Word | None = None
    later: tuple[Word, ...] = ()
    recommend: Strictly = False


class WhatIf(Told):
    """Answers to suppose, beside or instead of what is known; `null` supposes that a fact is unknown."""

    changes: Values


class FollowUp(Told):
    """A question in words: `could it be a clot?`."""

    question: Annotated[str, Field(max_length=2000)]


class Scores(Told):
    """`score` is the id of one, or words of its title; without it all of them are shown."""

    score: Word | None = None


class Batch(Frozen):
    """Records of many patients."""

    records: Annotated[tuple[Values, ...], Field(max_length=MOST_ROWS)]
