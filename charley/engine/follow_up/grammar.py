"""How people ask after a differential: the forms of a question, tried in the order of their file."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, get_args

import yaml

__all__ = [
    "Form",
    "Topic",
    "Worry",
    "asks_about_a_medicine",
    "compared_as",
    "forms_of",
    "meant",
    "names_no_score",
    "no_misspelling",
    "of_the_person",
    "pattern",
    "result_words",
    "said_for",
    "says_nothing",
    "tests_in",
    "topic_of",
    "worry_of",
]

Form = Literal[
    "about_candidate",
    "cannot_answer",
    "considered",
    "contrast",
    "could_be",
    "distance_to_danger",
    "how",
    "next_question",
    "remedy",
    "what_to_do",
    "why_asked",
    "why_not",
]
"""How a question is put. `could_be` and `remedy` become a kind by what is named and where it stands."""

Topic = Literal[
    "activities", "chances", "medicines", "others", "outlook", "self", "services", "sources", "usual"
]
"""What a question is about that cannot be answered."""

Worry = Literal["serious", "test", "wait"]
"""What somebody worries about: whether it is serious, wants a test, or can wait."""

_WORRIES: Final[dict[str, Worry]] = {worry: worry for worry in get_args(Worry)}
_TOPICS: Final[dict[str, Topic]] = {topic: topic for topic in get_args(Topic)}
_FORMS: Final[dict[str, Form]] = {form: form for form in get_args(Form)}


def forms_of(text: str) -> list[Form]:
    """The forms that the question could have, the one that is tried first at the head."""
    found = [form for form, _, patterns in _patterns() if any(each.search(text) for each in patterns)]
    return list(dict.fromkeys(found))


def topic_of(text: str) -> Topic | None:
    """What a question is about that cannot be answered; None where its form does not say."""
    for _, topic, patterns in _patterns():
        if topic is not None and any(each.search(text) for each in patterns):
            return topic
    return "medicines" if asks_about_a_medicine(text) else None


def asks_about_a_medicine(question: str) -> bool:
    """Whether the question speaks of taking or stopping a medicine."""
    return re.search(rf"\b{said_for('MEDICINE')}\b", question, re.IGNORECASE) is not None


def of_the_person(text: str) -> str:
    """The question with `i` for whoever the record is about, unless somebody of the family is named."""
    if re.search(rf"\b{said_for('KIN')}\b", text):
        return text
    return meant(text, "of_the_person")


def worry_of(text: str) -> Worry | None:
    """What the question, as it is compared, worries about."""
    found = (worry for worry, patterns in _worries() if any(each.search(text) for each in patterns))
    return next(found, None)


def tests_in(text: str) -> bool:
    """Whether a text speaks of a test, a scan or a measurement."""
    return re.search(rf"\b{said_for('TEST')}\b", text, re.IGNORECASE) is not None


def said_for(name: str) -> str:
    """What the language says for a name in capitals, as a pattern."""
    said: str = _language()["words"][name]
    return said


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The pattern of this name: over the question as it was written, or as it is compared."""
    data = _language()
    if name in data["compared"]:
        return _compiled(data["compared"][name], data["words"])
    return _compiled(data["in_the_question"][name], data["words"], re.IGNORECASE | re.DOTALL)


def meant(text: str, pairs: str) -> str:
    """The text with what is meant for what is said, by the pairs of this name, one after the other."""
    for said, meaning in _pairs(pairs):
        text = said.sub(meaning, text)
    return text


@cache
def result_words() -> dict[str, re.Pattern[str]]:
    """What is said for each result of a test, in small letters."""
    return {
        result: re.compile(rf"\b(?:{'|'.join(said)})\b") for result, said in _language()["results"].items()
    }


@cache
def compared_as() -> dict[str, str]:
    """The words that are compared as another one, and as which."""
    return {said: word for word, others in _language()["compared_as"].items() for said in others}


def no_misspelling() -> frozenset[str]:
    """Words of questions that are no misspelling of a name."""
    return frozenset(_language()["no_misspelling"])


def says_nothing(word: str) -> bool:
    """Whether the word, in small letters, tells nothing of what is asked about, as parts of the body do."""
    return word in _no_content() or re.fullmatch(said_for("PART"), word) is not None


def names_no_score(word: str) -> bool:
    """Whether the word, in small letters, stands in a question for a score and does not say which."""
    return word in _of_no_score()


@cache
def _pairs(name: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    data = _language()
    pairs = data["said_for"][name]
    return tuple((_compiled(said, data["words"], re.IGNORECASE), meaning) for said, meaning in pairs)


@cache
def _of_no_score() -> frozenset[str]:
    return frozenset(_language()["of_no_score"])


@cache
def _no_content() -> frozenset[str]:
    return frozenset(_language()["no_content"])


@cache
def _worries() -> tuple[tuple[Worry, tuple[re.Pattern[str], ...]], ...]:
    data = _language()
    return tuple(
        (_WORRIES[worry], tuple(_compiled(pattern, data["words"]) for pattern in patterns))
        for worry, patterns in data["worries"].items()
    )


@cache
def _patterns() -> tuple[tuple[Form, Topic | None, tuple[re.Pattern[str], ...]], ...]:
    """The patterns of the language."""
    data = _language()
    return tuple(
        (
            _FORMS[each["form"]],
            _TOPICS[each["topic"]] if "topic" in each else None,
            tuple(_compiled(pattern, data["words"]) for pattern in each["patterns"]),
        )
        for each in data["forms"]
    )


@cache
def _language() -> dict[str, Any]:
    """What stands in the file of the language, read once."""
    text = (files("charley.engine.follow_up") / "english.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    return data


def _compiled(pattern: str, words: dict[str, str], flags: int = 0) -> re.Pattern[str]:
    for name, said in words.items():
        pattern = pattern.replace(f"{{{name}}}", said)
    return re.compile(pattern, flags)
