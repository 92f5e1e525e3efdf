"""What the host of an assistant is told: how to use the tools, and how to pass on what they say."""

from __future__ import annotations

from charley.engine.explain.words import PURPOSE
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["consultation", "instructions"]

_RULES = (
    "Show `urgency_words` and `do_first` before anything else, in these words. Never soften, delay or leave "
    "out an urgency, a flag or an alert.",
    "Unknown is not false. Leave out what nobody has said. Write `false` only for what the person has "
    "denied, and `null` for what they do not know.",
    "Facts read from text are proposals: ask the person to confirm each one before it goes into a record.",
    "The tools keep nothing: send the whole record with every call.",
    "The differential is what the rules make of the record. Add no diagnosis of your own to it, and give no "
    "probability: scores only put candidates in order.",
    "Quote rule ids and the digest of the base with every conclusion, so that it can be looked up.",
    f'Say with every answer: "{PURPOSE}"',
)


def instructions(base: KnowledgeBase) -> str:
    """What a host reads when it connects."""
    about = base.about
    return "\n".join(
        [
            f"Charley is a rule-based expert system for differential diagnosis: {about.title} ({about.id} "
            f"{about.version}, digest {base.digest}). It is deterministic, and a rule stands behind every "
            "conclusion. Ask it instead of guessing.",
            *(f"- {rule}" for rule in _RULES),
            f"- {about.disclaimer}",
        ]
    )


def consultation(base: KnowledgeBase, story: str) -> str:
    """A prompt: how to lead a consultation, beginning with what the person says."""
    begin = (
        f"Begin with `read_text` of this story: {story}"
        if story
        else "Ask what the matter is; use `read_text`."
    )
    steps = (
        begin,
        "Ask the person to confirm each fact that was read, with its question and the words it came from. "
        "Only what is confirmed goes into the record.",
        "If the urgency is `emergency`, say so and what to do, and stop asking.",
        "Ask what `next_screen` returns, in its words, all questions of a screen together: with `ticks` a "
        "list to tick, else a form with a field for each. Hand back `topic` as `last_topic`, and put what "
        "the person does not know into `unknown`. Never guess an answer.",
        "Go on while `screen` is not null; with `recommend` it says when enough is known.",
        "Call `diagnose` and pass on its answer: urgency and what to do first, then what was raised, what "
        "leads and why, and the warning signs that are still open.",
        "Answer questions by `explain`, `what_if` and `follow_up`, not from memory.",
    )
    numbered = [f"{number}. {step}" for number, step in enumerate(steps, 1)]
    title = base.about.title
    return "\n".join(
        [f"Lead a consultation about {title}.", *numbered, "", *(f"- {rule}" for rule in _RULES)]
    )
