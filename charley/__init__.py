"""Charley: a rule-based expert system for differential diagnosis.

>>> import charley
>>> kb = charley.load()
>>> d = kb.diagnose({"age": 67, "unilateral_leg_swelling": True})
>>> d.leader
'deep_vein_thrombosis'

Educational purpose only, pending human review.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from charley.engine import provide

if TYPE_CHECKING:
    from charley.documents.diagnostic import CharleyError, Diagnostic, Faulty
    from charley.engine.ask.question import Question
    from charley.engine.bases import bases
    from charley.engine.consult.consultation import Consultation
    from charley.engine.differential import Differential
    from charley.engine.expert import Expert, load
    from charley.facts.answer import UNKNOWN
    from charley.facts.record import Answers, read_answers
    from charley.facts.vocabulary import Fact
    from charley.rules.knowledge_base import KnowledgeBase
    from charley.rules.loading.check import check
    from charley.rules.rule import Rule

__version__ = "0.1.0"

__all__ = [
    "UNKNOWN",
    "Answers",
    "CharleyError",
    "Consultation",
    "Diagnostic",
    "Differential",
    "Expert",
    "Fact",
    "Faulty",
    "KnowledgeBase",
    "Question",
    "Rule",
    "__version__",
    "bases",
    "check",
    "load",
    "read_answers",
]

_HOME = {
    "UNKNOWN": "charley.facts.answer",
    "Answers": "charley.facts.record",
    "CharleyError": "charley.documents.diagnostic",
    "Consultation": "charley.engine.consult.consultation",
    "Diagnostic": "charley.documents.diagnostic",
    "Differential": "charley.engine.differential",
    "Expert": "charley.engine.expert",
    "Fact": "charley.facts.vocabulary",
    "Faulty": "charley.documents.diagnostic",
    "KnowledgeBase": "charley.rules.knowledge_base",
    "Question": "charley.engine.ask.question",
    "Rule": "charley.rules.rule",
    "bases": "charley.engine.bases",
    "check": "charley.rules.loading.check",
    "load": "charley.engine.expert",
    "read_answers": "charley.facts.record",
}

# `engine/` imports no room above it, so what these do for it is said here.
provide("cohort", "charley.cohort:of")  # `kb.cohort()`
for _way in ("text", "markdown", "html"):
    provide(f"shown as {_way}", f"charley.pages.objects.shown:{_way}")


def __getattr__(name: str) -> Any:
    # Each name is imported when it is first used: embedding pays only for what it uses.
    if name not in _HOME:
        raise AttributeError(f"module 'charley' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
