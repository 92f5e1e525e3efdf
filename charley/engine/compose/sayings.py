"""What a base says to an audience about any patient: names, actions, notes and advice, each worded once."""

from __future__ import annotations

from typing import NamedTuple

from charley.engine.differential import Advice, BaseIdentity, Cleared
from charley.engine.prepared import Prepared
from charley.facts.wording import Audience
from charley.rules.rule import Urgency

__all__ = ["Said", "Sayings"]


class Said(NamedTuple):
    """What a rule says when it raises a flag or an alert."""

    rule: str
    urgency: Urgency
    action: str


class Sayings:
    """The words of a base for one audience, by what they are said of."""

    def __init__(self, base: Prepared, audience: Audience) -> None:
        about = base.about
        self.identity = BaseIdentity.made(
            id=about.id,
            title=about.title,
            version=about.version,
            digest=base.digest,
            updated=about.updated,
            review_status=about.review.status,
        )
        self.facts = tuple(base.vocabulary)
        self.order = {id: at for at, id in enumerate(self.facts)}
        self.scope_note = "" if about.scope is None else about.scope.wording.to(audience)
        self.always_say = "" if about.always_say is None else about.always_say.to(audience)
        scoring = base.scoring
        self.names = {id: candidate.name.to(audience) for id, candidate in base.candidates.items()}
        self.flags = {
            id: [Said(rule, flag.urgency, flag.action.to(audience)) for rule, flag in flags]
            for id, flags in scoring.flags.items()
        }
        self.clears = {
            id: [Cleared.made(rule=rule, note=clear.note.to(audience)) for rule, clear in clears]
            for id, clears in scoring.clears.items()
        }
        self.alerts = {
            id: [Said(rule, alert.urgency, alert.action.to(audience)) for rule, alert in alerts]
            for id, alerts in scoring.alerts.items()
        }
        self.alerting: dict[str, set[str]] = {}
        """The alerts that each rule raises."""
        for id, effects in self.alerts.items():
            for said in effects:
                self.alerting.setdefault(said.rule, set()).add(id)
        self.alert_names = {id: alert.name.to(audience) for id, alert in base.alerts.items()}
        self.advice: dict[str, list[tuple[Advice, Advice]]] = {}
        """What every rule advises, as it is said before and after it was done."""
        for rule, each in scoring.advice:
            to_do, done = (
                Advice.made(
                    rule=rule, text=each.text.to(audience), urgency=each.urgency, gives=each.gives, done=done
                )
                for done in (False, True)
            )
            self.advice.setdefault(rule, []).append((to_do, done))
        self.contradictions = [
            (condition, each.wording.to(audience)) for condition, each in base.contradictions
        ]
        """Every contradiction, and what is said of it."""
