"""The one resolver for names: what a person calls a candidate, an alert, a fact, an instrument or a rule.

A name is taken as people give it: an id, its words, a short prefix, a phrase of `said_as`, or a part of a
name that only one has. What could be two things is said to be so, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, Literal

from charley.documents.diagnostic import CharleyError, closest
from charley.rules.candidate import AlertName, Candidate
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["NotNamed", "Sort", "plain", "resolve", "resolved_target", "spoken_names"]

Sort = Literal["candidate", "alert", "fact", "instrument", "rule"]

_SHORT: Final = 4
"""A word of so many letters is not respelt: `gout` is no `out`."""

_SHOWN: Final = 6
"""Of the names that a word could mean, so many are listed."""


class NotNamed(CharleyError, LookupError):
    """The name is unknown, or could be several things: `could_be` has their ids, `near` those it is like.

    `str()` says all of it; `problem` and `help` are its halves, as diagnostics have them. `name` is empty
    where something else is wrong than a name.
    """

    def __init__(
        self,
        message: str,
        problem: str = "",
        help: str = "",
        could_be: Sequence[str] = (),
        near: Sequence[str] = (),
        name: str = "",
    ) -> None:
        super().__init__(message)
        self.problem, self.help, self.could_be = problem or message, help, tuple(could_be)
        self.near, self.name = tuple(near), name


def resolve(base: KnowledgeBase, name: str, *sorts: Sort) -> str:
    """The id of the one thing of these sorts that is called so. Raises `NotNamed`."""
    known = {id: list(_names(base, sort, id)) for sort in sorts for id in _ids(base, sort)}
    wanted = plain(name)
    if name.strip() in known:
        return name.strip()
    whole = [id for id, names in known.items() if wanted in names]
    # A word within a name counts only where no name is the word itself: `clot` is not the clot in the lung.
    found = whole or [id for id, names in known.items() if wanted and any(wanted in each for each in names)]
    found = found or _by_words(wanted, known)
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(found[:_SHOWN]) + (" ..." if len(found) > _SHOWN else "")
        message = f"`{name[:40]}` could be {shown}"
        raise NotNamed(message, help="name one of them", could_be=found, name=name)
    spelled = {each: id for id, names in known.items() for each in (id, *names)}
    meant = spelled.get(closest(wanted, spelled)) or spelled.get(closest(name, spelled))
    could_be = [meant] if meant else _misspelt(wanted, known)
    help = f"did you mean `{'` or `'.join(could_be)}`?" if could_be else ""
    message = f"there is no {_called(sorts)} `{name[:40]}`" + (f"; {help}" if help else "")
    raise NotNamed(message, f"unknown {sorts[0]} `{name[:60]}`", help, near=could_be, name=name)


def _by_words(wanted: str, known: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids in whose names every word of this name stands, whatever the order: `drug cramps`."""
    asked = {word.rstrip("s") for word in wanted.split()}
    if len(asked) < 2:
        return []
    return [
        id
        for id, names in known.items()
        if asked <= {word.rstrip("s") for each in names for word in each.split()}
    ]


def _misspelt(wanted: str, known: Mapping[str, Sequence[str]]) -> list[str]:
    """The ids that have this name within theirs, once its words are spelled as words of their names are."""
    words = dict.fromkeys(word for names in known.values() for each in names for word in each.split())
    meant = [word if word in words else _respelt(word, words) for word in wanted.split()]
    spelled = " ".join(meant)
    found = [id for id, names in known.items() if any(spelled in each for each in names)]
    return found if all(meant) and len(found) <= _SHOWN else []


def _respelt(word: str, words: Collection[str]) -> str:
    """The word with a letter or two put right; a short word, and one that begins otherwise, is another."""
    from rapidfuzz.distance import OSA  # only who has mistyped something waits for it

    alike = (each for each in words if each[0] == word[0] and len(each) > _SHORT)
    slips = {each: OSA.distance(word, each) for each in alike} if len(word) > _SHORT else {}
    near = min(slips, key=lambda each: slips[each], default="")
    return near if near and slips[near] <= len(word) // 4 else ""


def resolved_target(base: KnowledgeBase, name: str) -> str:
    """The candidate or alert of this name. Raises `NotNamed`."""
    return resolve(base, name, "candidate", "alert")


def plain(name: str) -> str:
    """A name as it is compared: small letters, single blanks, no marks."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.lower()).split())


def spoken_names(each: Candidate | AlertName) -> Iterator[str]:
    """Every name of a candidate or an alert that is said as it stands."""
    yield each.id.replace("_", " ")
    yield each.prefix
    for name in (each.name.clinician, each.name.to("student"), each.name.to("patient")):
        short = re.split(r"[:(,]", name)[0]  # `Possible sepsis: get help`, `Restless legs (RLS)`
        yield re.sub(r"^possible\s+", "", short.strip(), flags=re.IGNORECASE)


def _ids(base: KnowledgeBase, sort: Sort) -> list[str]:
    return list(
        {
            "candidate": base.candidates,
            "alert": base.alerts,
            "fact": base.vocabulary,
            "instrument": base.instruments,
            "rule": base.rules,
        }[sort]
    )


def _names(base: KnowledgeBase, sort: Sort, id: str) -> Iterator[str]:
    yield plain(id)
    if sort == "fact":
        yield plain(base.vocabulary[id].label)
    elif sort == "instrument":
        yield plain(base.instruments[id].title)
    elif sort == "rule":
        yield plain(base.rules[id].title)
    else:
        each = base.candidates.get(id) or base.alerts[id] if sort == "candidate" else base.alerts[id]
        yield from map(plain, spoken_names(each))
        yield from (plain(each.name.clinician), plain(each.name.to("patient")))
        for phrases in each.said_as.values():
            for phrase in phrases:
                yield from _forms(phrase)


def _forms(phrase: str) -> Iterator[str]:
    """A phrase as it can be typed: `low potassium/salt` is both, and a plural is the same name."""
    forms = [""]
    for word in phrase.split():
        choices = word.split("/")
        forms = [f"{form} {choice}".strip() for form in forms for choice in choices]
    for form in map(plain, forms):
        yield form
        yield f"{form}s"


def _called(sorts: tuple[Sort, ...]) -> str:
    return "diagnosis" if set(sorts) <= {"candidate", "alert"} else " or ".join(sorts)
