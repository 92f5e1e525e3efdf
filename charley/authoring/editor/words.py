"""What a name of a base means, in a few lines of Markdown for an editor."""

from __future__ import annotations

from charley.facts.units import with_unit
from charley.facts.vocabulary import Fact
from charley.rules.candidate import AlertName, Candidate
from charley.rules.governance.evidence import Citation
from charley.rules.instrument import Derived, Finding, Instrument
from charley.rules.language.threshold import NamedThreshold
from charley.rules.loading.contents import Placed
from charley.rules.rule import Rule

__all__ = ["meaning"]


def meaning(placed: Placed) -> str:
    """What it is, and its own words."""
    match placed.model:
        case Fact() as fact:
            said = [f"**{fact.id}**, a {fact.kind}: {fact.wording.clinician}"]
            if fact.kind != "boolean":
                said.append(f"It is {fact.expected()}.")
            said.append(f"Answered by: {fact.answered_by}.")
            return "\n\n".join([*said, *filter(None, [fact.note])])
        case Candidate() as candidate:
            return f"**{candidate.name.clinician}**\n\n{candidate.description.clinician}"
        case AlertName() as alert:
            return f"**{alert.name.clinician}**, an alert"
        case Derived() as derived:
            return f"**{derived.title or derived.id}**, the {derived.kind} of {', '.join(derived.of)}"
        case Instrument() as score:
            items = [f"- {item.points}: {item.label or item.when}" for item in score.items]
            return "\n".join([f"**{score.title}**, a score", "", *items])
        case Finding() as finding:
            return f"**{finding.id}**, a finding: {finding.meaning}"
        case NamedThreshold() as threshold:
            value = with_unit(threshold.value, threshold.unit)
            return f"**{threshold.id}**, the threshold {value}\n\n{threshold.because}"
        case Rule() as rule:
            return f"**{rule.title}**\n\n`{rule.when}`\n\n{rule.because}"
        case Citation() as citation:
            return str(citation)
        case _:
            return ""
