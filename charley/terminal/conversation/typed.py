"""The command language: how a typed line is parsed into a command, and names into ids.

A name can be an id, its words, the short prefix of a candidate, or an unambiguous part of a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from charley.engine.scores.table import scores_named
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.names import NotNamed, resolve

__all__ = [
    "HELP",
    "NotNamed",
    "Typed",
    "assignments",
    "is_question",
    "named_fact",
    "named_score",
    "named_target",
    "named_target_or_score",
    "typed",
]

HELP = (
    ("?", "what this question wants, and these words"),
    ("why   why 2   why FACT", "why this is asked; the numbers that chose it"),
    ("how X   how X.3", "how a diagnosis came to stand where it stands; step 3 of it in full"),
    ("score X   scores", "a clinical score item by item (`about X` asks for what is open in it); all scores"),
    ("why not X", "why it is not flagged or first, and the smallest change that would do it"),
    ("what if FACT=VALUE", "before and after, without changing anything"),
    ("contrast X with Y", "what separates two diagnoses"),
    ("commit X, Y, Z", "name your three first; then see where they stand and what separates them"),
    ("tell FACT=VALUE, ...", "tell anything at any time (`FACT=VALUE` alone does too)"),
    ("find WORD", "facts and diagnoses that have the word in them"),
    ("back   change FACT", "take the last answer back; answer one again"),
    ("skip   unknown", "put the question off; you do not know (it is not asked again)"),
    ("go on", "go on asking where enough is known to stop"),
    ("group", "the open questions of this group together"),
    ("status", "where it stands, and what could still change it"),
    ("all", "the whole differential"),
    ("answers", "what you told"),
    ("dangers", "how few answers are missing to each warning"),
    ("robust", "which published figure would put another diagnosis first"),
    ("short   full   about X", "ask only for dangers; ask everything; ask about one diagnosis"),
    ("patient   student   clinician", "change for whom it is worded"),
    ("save [FILE]", "keep the consultation"),
    ("handover   report FILE", "the page to hand over or to take home, shown; or written"),
    ("no tests", "no blood test, scan or other result is there: none of them is asked for"),
    ("done", "ask no more: the differential, and then whatever you ask about it"),
    ("quit", "leave, with the differential"),
)

_WORDS: tuple[tuple[str, str], ...] = (
    ("help", r"\?|help|h|words|commands"),
    ("why_not", r"why\s*-?\s*not\s+(?P<a>.+)"),
    ("why", r"why\??(?:\s+(?P<a>.+))?"),
    ("how", r"how\s+(?:about\s+|is\s+)?(?P<a>.+)|how\??"),
    ("score", r"scores?(?:\s+(?P<a>.+))?"),
    ("what_if", r"what\s*-?\s*if\s+(?P<a>.+)"),
    ("contrast", r"(?:contrast|compare)\s+(?P<a>.+?)\s+(?:with|and|against|to|vs\.?)\s+(?P<b>.+)"),
    ("contrast", r"(?:contrast|compare)\s+(?P<a>\S+)\s+(?P<b>\S+)"),
    ("commit", r"commit(?:\s+(?:to\s+)?(?P<a>.+))?"),
    ("tell", r"tell\s+(?P<a>.+)"),
    ("find", r"(?:find|search|facts?)\s+(?P<a>.+)"),
    ("back", r"back|undo|b"),
    ("change", r"(?:change|again)\s+(?P<a>.+)"),
    ("go_on", r"go\s*on|continue|carry on|keep going"),
    ("skip", r"skip|later|pass|s"),
    ("group", r"group|checklist"),
    ("status", r"status|where"),
    ("all", r"all|differential|list"),
    ("answers", r"answers|told|record"),
    ("dangers", r"dangers?|distances?"),
    ("robust", r"robust|fragile|fragility"),
    ("short", r"short"),
    ("full", r"full|more"),
    ("about", r"(?:ask\s+)?(?:about|target)\s+(?P<a>.+)"),
    ("audience", r"(?:audience\s+|i am an?\s+)?(?P<a>patient|student|clinician)"),
    ("save", r"save(?:\s+(?P<a>.+))?"),
    ("report", r"(?:report|print)(?:\s+(?P<a>.+))?"),
    ("report", r"(?:show )?(?:the |my )?(?:hand-?\s?over|take[- ]?home|letter|note)(?: page| note)?"),
    (
        "untested",
        r"(?:there (?:are|were) )?no (?:more |other |further )?"
        r"(?:tests?|results?|bloods|scans|investigations)"
        r"(?: (?:done|yet|available|back|at all|made))*|nothing (?:was )?(?:tested|measured)",
    ),
    ("done", r"(?:(?:i am|i'm|that is|that's) )?(?:done|finished?|enough|all i (?:know|have))"),
    ("done", r"stop(?: here)?|end|results?"),
    ("quit", r"quit|exit|q|bye"),
)
_COMPILED = tuple((word, re.compile(pattern, re.IGNORECASE)) for word, pattern in _WORDS)
_ASSIGNED = re.compile(r"\s*([A-Za-z][A-Za-z0-9_ -]*?)\s*[=:]\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Typed:
    """A command with its arguments."""

    word: str
    first: str = ""
    second: str = ""


def typed(line: str) -> Typed | None:
    """The command on the line; None if the line is not a command."""
    text = " ".join(line.split())
    for word, pattern in _COMPILED:
        found = pattern.fullmatch(text)
        if found is not None:
            parts = found.groupdict()
            return Typed(word, (parts.get("a") or "").strip(), (parts.get("b") or "").strip())
    if _ASSIGNED.fullmatch(text) and "=" in text:
        return Typed("tell", text)
    return None


_QUESTION = re.compile(
    r"(?:so |and |but |ok |well )*(?:what|why|how|could|can|is|isn't|are|should|shall|do|does|will|would|when"
    r"|which|who|where|might|may|am|have|has|suppose|if|tell me|explain|compare|any)\b\W+\w.*",
    re.IGNORECASE | re.DOTALL,
)


def is_question(line: str) -> bool:
    """Whether a line is a question in natural language."""
    text = line.strip()
    return len(text.split()) > 1 and (text.endswith("?") or _QUESTION.fullmatch(text) is not None)


def assignments(base: KnowledgeBase, text: str) -> dict[str, str]:
    """Parse `age=67, statin=yes`: the value of each fact, as text. Raises `NotNamed`."""
    found: dict[str, str] = {}
    for part in re.split(
        r",\s*(?=[A-Za-z][A-Za-z0-9_ -]*[=:])|\s+and\s+(?=[A-Za-z][A-Za-z0-9_ -]*[=:])|;", text
    ):
        assigned = _ASSIGNED.fullmatch(part)
        if assigned is None:
            name = part.strip()
            if not name:
                continue
            fact = named_fact(base, name)
            if base.vocabulary[fact].kind != "boolean":
                raise NotNamed(f"write `{fact}=...`: {base.vocabulary[fact].expected()}")
            found[fact] = "yes"
        else:
            value, dated = assigned[2].strip() or "unknown", base.vocabulary.counting.get(assigned[1].strip())
            found.update(dict.fromkeys(dated or [named_fact(base, assigned[1])], value))
    if not found:
        raise NotNamed("write `tell FACT=VALUE`, such as `tell age=67`")
    return found


def named_fact(base: KnowledgeBase, name: str) -> str:
    """The fact with this name. Raises `NotNamed`."""
    return resolve(base, name, "fact")


def named_target(base: KnowledgeBase, name: str) -> str:
    """The candidate or alert with this name. Raises `NotNamed`."""
    return resolve(base, name, "candidate", "alert")


def named_score(base: KnowledgeBase, name: str) -> str:
    """The score with this name. Raises `NotNamed`."""
    found = scores_named(base, name)
    if len(found) > 1:
        raise NotNamed(f"`{name[:40]}` could be {', '.join(found)}")
    if not found:
        raise NotNamed(f"there is no score `{name[:40]}`; `scores` lists them")
    return found[0]


def named_target_or_score(base: KnowledgeBase, name: str) -> str:
    """The candidate or alert with this name, or else the score. Raises `NotNamed`."""
    try:
        return named_target(base, name)
    except NotNamed:
        if scores_named(base, name):
            return named_score(base, name)
        raise
