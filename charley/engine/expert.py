"""A knowledge base that can be asked: what `charley.load()` returns."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, overload

from charley.documents.diagnostic import Diagnostic, Faulty, one_of
from charley.engine.ask.ahead.graph import Graph
from charley.engine.ask.asking import Asking
from charley.engine.assessment import Assessment, assess
from charley.engine.compose.composer import Composers, Firings
from charley.engine.differential import Differential
from charley.engine.kept.cache import digest_of_base, kept
from charley.engine.prepared import Prepared
from charley.engine.scores.fill import ScoreSheets
from charley.facts.record import Answers, answers
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.knowledge_base import STATUSES
from charley.rules.loading.find import find_base

if TYPE_CHECKING:
    from charley.engine import CohortOf
    from charley.engine.consult.consultation import Consultation
    from charley.engine.follow_up.answer import Answer
    from charley.engine.kernel.planes import Planes
    from charley.engine.reading import Engine
    from charley.engine.session.extension import PythonRules
    from charley.facts.text.reader import Reader
    from charley.facts.text.results import Reading as TextReading

__all__ = ["Expert", "load"]


class HandsOverArrow(Protocol):
    """A table that other libraries can read: a frame of pandas or polars, a table of pyarrow, a relation."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Its record batches, as Arrow's C data interface hands them over."""


Table = TypeVar("Table", bound=HandsOverArrow)


@dataclass(frozen=True, repr=False, eq=False)
class Expert(Prepared):
    """A prepared base with the questions that can be put to it."""

    @property
    def graph(self) -> Graph:
        """Its conditions with the chance of each, for looking ahead."""
        return self.part(Graph)

    @property
    def planes(self) -> Planes:
        """Its rules as a program over bit planes, for many patients or many hypothetical answers at once."""
        from charley.engine.kernel.planes import Planes

        return self.part(Planes)

    def cohort(self) -> CohortOf:
        """The base applied to tables of many patients, who are evaluated together (`docs/how-to/cohort.md`).

        Raises `Faulty` where the extra `charley[cohort]` is not installed.
        """
        from charley.engine import maker

        made: CohortOf = self.part(maker("cohort"))
        return made

    @cached_property
    def reader(self) -> Reader:
        """What reads free text for its facts, made when a text is first read."""
        from charley.engine.follow_up.reader import reader_of
        from charley.facts.text.words import BadPhrase

        try:
            return self.part(reader_of)
        except BadPhrase as error:
            help = "`charley check` says where it stands"
            raise Faulty(
                [Diagnostic(str(self.path / "facts.yaml"), 0, 0, "F015", str(error), help)]
            ) from error

    def read_text(
        self, text: str, *, audience: Audience = "clinician", today: datetime.date | None = None
    ) -> TextReading:
        """The facts that a text states of a person now, to be confirmed, each with its words in the text.

        `audience` says for whom the questions are worded that confirm them. `today` is the day from which
        weekdays are counted back (`since Monday`). No record is changed.
        """
        return self.reader.read(text, one_of(audience, "audience", AUDIENCES), today)

    def ask(
        self, record: Mapping[str, Any] | Answers, text: str, *, audience: Audience = "clinician"
    ) -> Answer:
        """The answer to a question that a person asks about a record: `could it be a clot?`.

        Its `kind` and `arguments` say how the question was understood; what these rules cannot answer is of
        the kind `cannot_answer`. Raises `Faulty`, as `diagnose` does.
        """
        from charley.engine.follow_up.answer import ask

        _ = self.reader  # says which phrase cannot be read, if one cannot
        return ask(self.consult(record, engine="kernel", audience=audience), text)

    def diagnose(
        self,
        record: Mapping[str, Any] | Answers,
        *,
        audience: Audience = "clinician",
        explain: bool = True,
        extend: None = None,
    ) -> Differential:
        """The differential of a record.

        `record` maps fact ids to values, or to anything that a person may type (`"12 mmol/L"`, `"don't
        know"`). Raises `Faulty`, with every problem, where an answer is not acceptable. Without `explain`,
        firings and contributions are left out, and not worked out. `extend` is refused: rules in Python look
        on beside a consultation, and what is diagnosed can be proved.
        """
        if extend is not None:
            help = "`kb.consult(record, extend=...)` takes them"
            message = "rules in Python are outside the proofs, so nothing is diagnosed by them"
            raise Faulty([Diagnostic("extend", 0, 0, "F010", message, help)])
        return self.assess(record).differential(audience, explain=explain)

    @overload
    def diagnose_many(
        self,
        records: Iterable[Mapping[str, Any] | Answers],
        *,
        audience: Audience = "clinician",
        explain: bool = True,
    ) -> list[Differential]: ...
    @overload
    def diagnose_many(self, records: Table) -> Table: ...
    def diagnose_many(self, records: Any, *, audience: Audience = "clinician", explain: bool = True) -> Any:
        """What `diagnose` makes of many records, in their order: of a list, a list of differentials.

        For a table (a pandas or polars frame, an Arrow table, whatever hands itself over as Arrow) a table of
        the same kind with a row for each patient, as `cohort().evaluate` makes it: columns are facts, missing
        values are unknown. Raises `Faulty` with every problem of every record; of tables, what is not
        acceptable is left unknown and counted.
        """
        if hasattr(records, "__arrow_c_stream__") or hasattr(records, "collect_schema"):  # the latter is lazy
            return self.cohort().evaluate(records)
        if isinstance(records, Mapping | str) or not isinstance(records, Iterable):
            raise TypeError(f"this takes many records, or a table, and not a {type(records).__name__}")
        found, problems = [], []
        for at, record in enumerate(records):
            try:
                found.append(self.diagnose(record, audience=audience, explain=explain))
            except Faulty as error:
                problems += [replace(each, file=f"record {at}") for each in error.diagnostics]
        if problems:
            raise Faulty(problems)
        return found

    def assess(self, record: Mapping[str, Any] | Answers) -> Assessment:
        """Everything that the base makes of a record; `.differential(audience)` says it. Raises `Faulty`."""
        return assess(self, record if isinstance(record, Answers) else answers(record, self.vocabulary))

    def consult(
        self,
        record: Mapping[str, Any] | Answers | None = None,
        *,
        engine: Engine | None = None,
        audience: Audience = "clinician",
        gates: bool = False,
        extend: type[PythonRules] | None = None,
    ) -> Consultation:
        """A consultation: answers given one at a time, the differential at any time.

        With `gates`, a person is asked in short: one question names several facts ("any medicines?"), and
        after a yes each of them is asked for. A program that answers from a record leaves it out.
        `extend` is a class of rules in Python (`charley.engine.session.extension`) that add remarks. Only a
        consultation takes them: what is diagnosed, proved or counted stands in the files of the base.
        """
        from charley.engine.consult.consultation import Consultation

        return Consultation(self, record or {}, engine=engine, audience=audience, gates=gates, extend=extend)


def load(
    name: str | Path = "nocturnal_leg_pain", *, only: Literal["approved", "under_review"] | None = None
) -> Expert:
    """The knowledge base of this name (bundled) or path, ready to be asked.

    With `only`, just the rules whose review has come that far. Raises `Faulty` with every problem of a base
    that cannot be used.
    """
    if only is not None:
        one_of(only, "only", STATUSES)
    folder = find_base(name)
    expert = kept(lambda: digest_of_base(folder), lambda: _made(folder), Expert)
    object.__setattr__(expert, "path", folder)  # as it was named now
    return expert if only is None else Expert.of(expert.only(only))


def _made(folder: Path) -> Expert:
    """The base as it stands in its files, with what every question to it needs worked out."""
    from charley.rules.loading.read import read
    from charley.rules.loading.review.valid_approvals import signed_off

    expert = Expert.of(signed_off(read(folder)))
    _ = expert.superseded_by, expert.withdrawn_by, expert.scope, expert.scoring, expert.kernel, expert.graph
    _ = (
        expert.part(Asking),
        expert.part(ScoreSheets),
        expert.part(Composers),
        expert.part(Firings),
    )
    _ = expert.open_minimum, expert.excused
    return expert
