"""Questions about a base, without a patient: which there are, and what can be known."""

from __future__ import annotations

from collections.abc import Mapping

from charley import __version__
from charley.engine.compose.sayings import Sayings
from charley.engine.differential import BaseIdentity
from charley.engine.expert import Expert
from charley.engine.explain.words import PURPOSE
from charley.facts.units import unit_name
from charley.facts.vocabulary import Fact
from charley.facts.wording import Audience
from charley.rules.candidate import AlertName, Candidate
from charley.rules.names import plain
from charley.serve.api.models.answers import Base, Bases, FactShown, Named, VocabularyAnswer

__all__ = ["base_shown", "bases", "facts_found", "identity_of", "vocabulary"]


def identity_of(expert: Expert) -> BaseIdentity:
    """Which base answers, and how far its review has come."""
    return expert.part(_sayings).identity


def _sayings(expert: Expert) -> Sayings:
    return Sayings(expert, "clinician")


def bases(experts: Mapping[str, Expert], audience: Audience) -> Bases:
    """Every base that is served."""
    shown = tuple(base_shown(expert, audience) for expert in experts.values())
    return Bases.made(charley=__version__, status=PURPOSE, bases=shown)


def base_shown(expert: Expert, audience: Audience) -> Base:
    """A base with what to know before trusting it."""
    about = expert.about
    return Base.made(
        status=PURPOSE,
        identity=identity_of(expert),
        facts=len(expert.vocabulary),
        rules=len(expert.rules),
        candidates=_named(expert.candidates, audience),
        alerts=_named(expert.alerts, audience),
        source=about.source,
        purpose=about.purpose,
        intended_use=about.intended_use,
        misuse=about.misuse,
        limits=about.limits,
        editorial_policy=about.editorial_policy,
        funding=about.funding,
        disclaimer=about.disclaimer,
    )


def _named(found: Mapping[str, Candidate] | Mapping[str, AlertName], audience: Audience) -> tuple[Named, ...]:
    return tuple(Named.made(id=id, name=each.name.to(audience)) for id, each in found.items())


def vocabulary(expert: Expert, audience: Audience, find: str | None) -> VocabularyAnswer:
    """What can be known about a patient, or the part of it in which these words stand."""
    return VocabularyAnswer.made(
        status=PURPOSE,
        knowledge_base=identity_of(expert),
        groups=expert.vocabulary.titles,
        facts=tuple(fact_shown(fact, audience) for fact in facts_found(expert, find)),
    )


def facts_found(expert: Expert, find: str | None) -> list[Fact]:
    """The facts in whose id or wording every one of these words stands."""
    wanted = plain(find or "").split()
    if find and not wanted:
        return []
    return [fact for fact in expert.vocabulary.values() if all(word in _words_of(fact) for word in wanted)]


def _words_of(fact: Fact) -> str:
    wording = fact.wording
    return plain(" ".join([fact.id, wording.clinician, wording.student or "", wording.patient or ""]))


def fact_shown(fact: Fact, audience: Audience) -> FactShown:
    """A fact as it is asked of this audience."""
    return FactShown.made(
        id=fact.id,
        group=fact.group,
        kind=fact.kind,
        wording=fact.wording.to(audience),
        answered_by=fact.answered_by,
        unit=fact.unit,
        unit_name=unit_name(fact.unit) if fact.unit else None,
        plausible_range=fact.plausible_range,
        choices=fact.choices,
        note=fact.note,
    )
