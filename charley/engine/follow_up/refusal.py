"""What is said to a question that the rules cannot answer: that they cannot, why, and what can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, assert_never

from charley.engine.consult.consultation import Consultation
from charley.engine.explain.words import short_name
from charley.engine.explanation import Row
from charley.engine.follow_up import plainly
from charley.engine.follow_up.grammar import Topic, forms_of, topic_of
from charley.engine.follow_up.mentions import Names
from charley.engine.follow_up.supposed import supposes
from charley.engine.summary.reasons import speaks_for

__all__ = ["MEDICINES", "refused"]

_OF_MEDICINES: Final = (
    "do not say whether to take, stop or change a medicine, nor how much of it: ask a doctor or pharmacist."
)

MEDICINES: Final = f"These rules {_OF_MEDICINES}"

_ASKABLE: Final = (
    "It can be asked why a diagnosis stands where it stands, or why not; what a further answer would "
    "change; what separates two diagnoses; what would be more urgent; what to do; what a diagnosis is; what "
    "else is considered; and what is still to be asked."
)


def refused(c: Consultation, question: str) -> Iterator[Row]:
    """That no answer is guessed, with the reason; how urgent it is; and what can be asked instead."""
    text = c.base.part(Names).read(question).text
    yield Row("", "These rules cannot answer that, and no answer is guessed.")
    yield Row("", _why(topic_of(text), c, text))
    yield from plainly.so_far(c)
    yield Row("", _examples(c) if c.audience == "patient" else _ASKABLE)


def _why(topic: Topic | None, c: Consultation, text: str) -> str:
    match topic:
        case "chances":
            return f"They weigh signs and give no chances and no percentages. {_still_open(c)}"
        case "outlook":
            return "They say nothing of how it will go on or how long it lasts."
        case "medicines":
            return f"They {_OF_MEDICINES}"
        case "activities":
            return "They do not say what you may do with it: ask whoever sees you."
        case "others":
            return "They are about the person whose story was told; others need a consultation of their own."
        case "services":
            return "They know no doctors, hospitals, costs or certificates."
        case "self":
            return "This is a computer program that follows written rules. It is no doctor and no nurse."
        case "usual":
            return "They do not say what is usual at an age, and no age explains a sign away."
        case "sources":
            return "They give no figures of accuracy. Each rule names its source where the rule is shown."
        case None if supposes(text):
            return "What is supposed was not understood. Say it in a few words: “what if I had a fever?”"
        case None if "could_be" in forms_of(text):
            return "They have no diagnosis of that name."
        case None:
            return "They know the diagnoses, signs and tests of this complaint, and nothing else."
        case _:
            assert_never(topic)


def _still_open(c: Consultation) -> str:
    number = len(c.open_questions())
    if not number:
        return "Nothing more that can be answered would change what is said."
    more = "One more answer" if number == 1 else f"{number} more answers"
    return f"{more} could still change what is said."


def _examples(c: Consultation) -> str:
    """Questions that can be asked, about what is considered here."""
    names = [short_name(place.name) for place in speaks_for(c.differential)[:2]]
    about = [f"“tell me about {name[:1].lower()}{name[1:]}”" for name in names]
    asked = ["“what should I do now?”", "“what would make this more urgent?”", *about]
    return f"You can ask, for example: {', '.join(asked)}."
