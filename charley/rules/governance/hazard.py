"""Hazards: how the base could lead to harm, and what keeps it from that. They stand in `hazards.yaml`."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from charley.documents.model import Frozen, Text, misplaced

__all__ = ["LIKELIHOODS", "NOBODY", "RISKS", "SEVERITIES", "Hazard", "Likelihoods", "risk_of"]

Severity = Literal["negligible", "minor", "serious", "critical", "catastrophic"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""How bad the harm is, the least bad first."""

Likelihood = Literal["improbable", "remote", "occasional", "probable", "frequent"]
LIKELIHOODS: tuple[Likelihood, ...] = get_args(Likelihood)
"""How likely the harm is, the least likely first."""

Risk = Literal["low", "medium", "high"]
RISKS: tuple[Risk, ...] = get_args(Risk)

NOBODY = "to be named"
"""The owner of a hazard that has none yet."""


def risk_of(severity: Severity, likelihood: Likelihood) -> Risk:
    """The risk by severity and likelihood, each counted from 0: high from 5 together, medium from 3."""
    together = SEVERITIES.index(severity) + LIKELIHOODS.index(likelihood)
    return "high" if together >= 5 else "medium" if together >= 3 else "low"


class Likelihoods(Frozen):
    """How likely the harm is without the controls, and with them."""

    before: Likelihood
    after: Likelihood

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if LIKELIHOODS.index(self.after) > LIKELIHOODS.index(self.before):
            message = f"a control makes harm no likelier: `{self.after}` after `{self.before}`"
            raise misplaced(message, "after", help="swap them, or correct one")
        return self


class Hazard(Frozen):
    """One way to harm: what goes wrong, why, and what becomes of the patient.

    `control` names rules and invariants that keep it from happening; `other_controls` says what else does.
    `residual` is what is left of it. `owner` answers for it. An owner `accepts` what is left by this status,
    which counts once the base as a whole is approved.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    hazard: Text
    cause: Text
    effect: Text
    severity: Severity
    likelihood: Likelihoods
    control: tuple[str, ...] = ()
    other_controls: Text | None = None
    residual: Text
    owner: Text
    status: Literal["submitted", "accepted"] = "submitted"

    @model_validator(mode="after")
    def _owned(self) -> Self:
        if self.status == "accepted" and self.owner.strip().casefold() == NOBODY:
            message = "nobody has accepted this hazard: it has no owner"
            raise misplaced(message, "status", help="name the owner, or write `submitted`")
        return self

    @property
    def before(self) -> Risk:
        """The risk without the controls."""
        return risk_of(self.severity, self.likelihood.before)

    @property
    def after(self) -> Risk:
        """The risk that is left."""
        return risk_of(self.severity, self.likelihood.after)

    @property
    def owned(self) -> bool:
        """Whether it has an owner."""
        return self.owner.strip().casefold() != NOBODY
