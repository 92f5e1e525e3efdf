"""What a board reads first: what was audited, the verdict, the results, what is open, who signs."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version

from charley import __version__
from charley.audit.prove.prove import Proof
from charley.audit.report.claim_words import all_of
from charley.audit.report.hazards import HazardLog
from charley.audit.report.lines import Danger, SignoffLine, dangers, signoff_lines
from charley.audit.report.promises import PROMISES, Promise, promise_of
from charley.audit.report.report import Report
from charley.facts.vocabulary import words
from charley.rules.rule import URGENCIES, Weigh
from charley.rules.signoff.approval import ROLE_WORDS, Approval, Role, roles_required
from charley.rules.signoff.layers import LayerName
from charley.rules.time_frame import TIME_FRAMES

__all__ = ["Board", "Result", "Signature"]


@dataclass(frozen=True)
class Result:
    """A line of the results: what was asked, what came out, and whether that is good. None: not judged."""

    what: str
    found: str
    good: bool | None


@dataclass(frozen=True)
class Signature:
    """A block to sign: who in which role signs for what, and what is recorded already."""

    role: str
    what: str
    recorded: Approval | None


class Board:
    """The report for a board."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.base = report.base

    @cached_property
    def audited(self) -> list[tuple[str, str]]:
        """What was audited, with what, by whom and when."""
        about = self.base.about
        by = self.report.by or "not said"
        day = "" if self.report.date is None else f", {self.report.date}"
        return [
            ("Knowledge base", f"{about.title} ({self.base.id}), version {self.base.version}"),
            ("Last changed", str(about.updated)),
            ("Digest", self.base.digest),
            ("Audited by", f"{by}{day}"),
            (
                "With",
                f"charley {__version__}, z3 {_version('z3-solver')}, Python {platform.python_version()}",
            ),
        ]

    @cached_property
    def results(self) -> list[Result]:
        """The results, each judged where it can be."""
        report = self.report
        cases = 0 if report.coverage is None else len(report.coverage.records)
        found = [
            Result(
                "Safety invariants that hold for every possible patient",
                f"{report.proved} of {len(report.proofs)}",
                bool(report.proofs) and report.proved == len(report.proofs),
            ),
            Result(
                "Constructed patients for whom it says what was expected",
                f"{cases - len(report.failed)} of {cases}",
                bool(cases) and not report.failed,
            ),
            Result(
                "Open findings of the exact checks", f"{len(report.open_problems)}", not report.open_problems
            ),
        ]
        if report.coverage is not None:
            fired = report.coverage.fired
            found.append(Result("Rules that fire in some case", f"{fired}", fired.part == fired.whole))
        if report.mutation is None:
            found.append(Result("Planted mistakes that are noticed", "not tried", None))
        else:
            percent = report.mutation.percent
            noticed = "there are none" if percent is None else f"{percent:.1f} %"
            found.append(Result("Planted mistakes that are noticed", noticed, None))
        return found

    @cached_property
    def sound(self) -> bool:
        """Whether nothing that can be judged by a program speaks against signing."""
        return not any(result.good is False for result in self.results)

    @property
    def approved_rules(self) -> int:
        """How many rules are approved by all who must."""
        return sum(rule.review.status == "approved" for rule in self.base.rules.values())

    @cached_property
    def verdict(self) -> tuple[str, str]:
        """The verdict in two words and in a sentence."""
        if not self.sound:
            bad = [
                f"{result.what[0].lower()}{result.what[1:]}: {result.found}"
                for result in self.results
                if result.good is False
            ]
            return "Not ready to sign", f"This does not hold: {'; '.join(bad)}."
        proved = (
            f"All {len(self.report.proofs)} safety invariants hold for every possible patient, every "
            "constructed patient comes out as expected, and no check found anything open"
        )
        if self.report.reviews.released:
            return "Released", f"{proved}; every rule, the base and this release are approved."
        rules = len(self.base.rules)
        if self.approved_rules < rules:
            so_far = "none" if not self.approved_rules else f"only {self.approved_rules}"
            return (
                "Sound, not reviewed",
                f"{proved}; {so_far} of {rules} rules are approved by clinicians.",
            )
        return (
            "Reviewed, to be signed",
            f"{proved}, and every rule is approved; the release waits for signatures.",
        )

    @cached_property
    def log(self) -> HazardLog:
        """The hazards, with what keeps them from happening."""
        return HazardLog(self.report)

    @property
    def asked(self) -> str:
        """What the board is asked to do."""
        if not self.sound:
            return "Nothing yet: what does not hold has to be mended first."
        if self.report.reviews.released:
            return "Nothing: this release is signed."
        if self.approved_rules < len(self.base.rules):
            return (
                "To note the state and the open hazards, and to name clinicians who review the rules. "
                "A release is signed once every rule and the base are approved."
            )
        return "To accept what is left of the hazards, and to sign this release or say why not."

    @cached_property
    def broken(self) -> list[Proof]:
        """The invariants that are not proved."""
        return [proof for proof in self.report.proofs if not proof.holds]

    @cached_property
    def promises(self) -> list[Promise]:
        """Every kind of promise, with the invariants that make it."""
        found: dict[str, dict[str, Proof]] = {kind: {} for kind in PROMISES}
        for proof in self.report.proofs:
            for claim in all_of(proof.invariant.conclusion):
                found[promise_of(claim)][proof.invariant.id] = proof
        return [Promise(PROMISES[kind], tuple(proofs.values())) for kind, proofs in found.items() if proofs]

    @cached_property
    def evidence(self) -> list[tuple[str, int, float]]:
        """The kinds of claims: how many rules, and which share of all."""
        kinds = [rule.evidence.kind for rule in self.base.rules.values()]
        return [
            (kind, kinds.count(kind), _share(kinds, kind)) for kind in ("verified", "recalled", "judgement")
        ]

    @cached_property
    def numbers(self) -> list[tuple[str, int, float]]:
        """The same of the numbers of the rules that weigh."""
        seen = [rule.evidence.number_seen for rule in self.base.rules.values() if rule.effects(Weigh)]
        return [(kind, seen.count(kind), _share(seen, kind)) for kind in ("seen", "recalled", "judgement")]

    @cached_property
    def lines(self) -> list[SignoffLine]:
        """The lines to sign: every rule is on exactly one."""
        return signoff_lines(self.report)

    @cached_property
    def dangers(self) -> list[Danger]:
        """Every danger that is watched for, the most urgent first."""
        return dangers(self.report)

    @property
    def frames(self) -> str:
        """How soon each urgency of a danger is."""
        frames = {**TIME_FRAMES, **self.base.about.time_frames}
        said = (f"{words(urgency)}: {frames[urgency].wording.clinician}" for urgency in URGENCIES[:-1])
        return "; ".join(said)

    @cached_property
    def signatures(self) -> list[Signature]:
        """The blocks to sign: who must approve the release, and a second clinician where two are due."""
        need_two = sum(line.need_two for line in self.lines)
        found = [
            Signature(_role(role), "this release", self._recorded("release", role))
            for role in roles_required("release")
        ]
        if need_two:
            rules = "the rule that answers" if need_two == 1 else f"the {need_two} rules that answer"
            what = f"{rules} a flag, for which two clinicians are due"
            found.insert(1, Signature("second clinician", what, None))
        return found

    def _recorded(self, layer: LayerName, role: Role) -> Approval | None:
        held: Sequence[Approval] = self.report.reviews.held.get((layer, self.base.version), ())
        return next((approval for approval in held if approval.role == role), None)

    @cached_property
    def last_release(self) -> Approval | None:
        """The newest approval of a release that is another one than this."""
        older = [
            approval
            for approval, state in self.report.reviews.states.items()
            if approval.layer == "release" and state in ("gone", "changed")
        ]
        return max(older, key=lambda approval: approval.date, default=None)


def _share(all_of_them: Sequence[str], one: str) -> float:
    return all_of_them.count(one) / len(all_of_them) if all_of_them else 0.0


def _role(role: Role) -> str:
    """The role without its article."""
    return ROLE_WORDS[role].split(" ", 1)[1]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed as a package)"
