"""A table of patients as planes: its columns by name, whatever of Arrow's types they come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from charley.cohort.inputs import Input, IsValue, Known, Reaches
from charley.cohort.plan import Plan
from charley.cohort.reading.bitmaps import is_set, set_bits
from charley.cohort.reading.cells import Refusals
from charley.cohort.reading.coded import Texts, booleans, integers
from charley.cohort.reading.derived import Column, read_derived
from charley.cohort.reading.numbers import Numbers, from_texts, normal
from charley.cohort.reading.types import is_text, plain, problem
from charley.cohort.ways.way import Way
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.facts.numbers.number import NotUnderstood
from charley.facts.vocabulary import Fact, Value

__all__ = ["Reader"]


class Reader:
    """How tables of one schema are read for one plan.

    `units` says for columns in which unit they are, before what the field's metadata says (`unit`). Texts
    of any fact are understood as a person's answers are in fields that are `marked` as such (those of CSV).
    `extra` are the columns that are no facts. Raises `Faulty` with every column that cannot be read.
    """

    def __init__(self, plan: Plan, schema: pa.Schema, units: Mapping[str, str] | None = None) -> None:
        self._plan = plan
        vocabulary = plan.base.vocabulary
        self.extra = [name for name in schema.names if name not in vocabulary]
        self._limits: dict[str, list[tuple[Reaches, int]]] = {}
        self._values: dict[str, dict[Value, int]] = {}
        self._known: dict[str, int] = {}
        for each, place in plan.inputs.items():
            self._sort(each, place)
        self._derived = [d for d in plan.base.derived.values() if d.id in self._limits]
        self._entering = {fact for derived in self._derived for fact in derived.of}
        self._columns = [name for name in schema.names if name in vocabulary]
        self._truths = [
            (at, self._known[field.name], self._values.get(field.name, {}).get(True))
            for at, field in enumerate(schema)
            if field.type == pa.bool_() and field.name in self._known
        ]
        self._others = [
            (at, vocabulary[field.name])
            for at, field in enumerate(schema)
            if field.type != pa.bool_() and field.name in vocabulary
        ]
        self._absent = [name for name in {**self._known, **self._values} if name not in schema.names]
        problems: list[Diagnostic] = []
        self._units: dict[str, str] = {}
        self._numbers: dict[tuple[str, pa.DataType, bool], Numbers] = {}
        self._texts: dict[str, Texts] = {}
        for name in self._columns:
            field, fact = schema.field(name), vocabulary[name]
            wrong = problem(fact, field)
            said = (field.metadata or {}).get(b"unit", b"").decode(errors="replace")
            unit = str((units or {}).get(name) or said)
            if unit:
                self._units[name] = unit
            if wrong is None and unit:
                wrong = self._unit_problem(fact, unit)
            if wrong is not None:
                problems.append(wrong)
        if problems:
            raise Faulty(problems)

    def _sort(self, each: Input, place: int) -> None:
        match each:
            case Known(fact):
                self._known[fact] = place
            case IsValue(fact, value):
                self._values.setdefault(fact, {})[value] = place
            case Reaches(name):
                self._limits.setdefault(name, []).append((each, place))

    def _unit_problem(self, fact: Fact, unit: str) -> Diagnostic | None:
        if fact.kind != "number":
            message = f"the column `{fact.id}` is said to be in `{unit[:40]}`, and only a number has a unit"
            return Diagnostic(fact.id, 0, 0, "F013", message, "leave the unit out")
        try:
            Numbers(fact, pa.int8(), unit)
        except NotUnderstood as error:
            return Diagnostic(fact.id, 0, 0, error.code, str(error), error.help)
        return None

    def read(self, batch: pa.RecordBatch, planes: Any, way: Way, refusals: Refusals) -> None:
        """Fill the planes of all inputs from a batch. What a column does not say is not known."""
        rows, columns = len(batch), batch.columns
        present: dict[str, Column] = {}
        for at, known_at, yes_at in self._truths:
            booleans(columns[at], planes, known_at, yes_at, way)
        for at, fact in self._others:
            column = plain(columns[at])
            if fact.kind == "number":
                self._read_number(fact, column, planes, way, refusals, present)
            elif pa.types.is_boolean(column.type):
                if fact.id in self._known:
                    yes_at = self._values.get(fact.id, {}).get(True)
                    booleans(column, planes, self._known[fact.id], yes_at, way)
            elif column.type != pa.null():
                self._read_value(fact, column, planes, refusals)
            else:
                self._nothing(fact.id, planes)
        for name in self._absent:
            self._nothing(name, planes)
        for derived in self._derived:
            limits, places = zip(*self._limits[derived.id], strict=True)
            read_derived(derived, self._plan.base.vocabulary, present, limits, planes, places, rows)

    def _nothing(self, name: str, planes: Any) -> None:
        """Nothing is known of a fact. Then its limits may say anything."""
        for place in self._values.get(name, {}).values():
            planes[place] = 0
        if name in self._known:
            planes[self._known[name]] = 0

    def _read_value(self, fact: Fact, column: pa.Array, planes: Any, refusals: Refusals) -> None:
        places = self._values.get(fact.id, {})
        known_at = self._known.get(fact.id)
        compared = self._plan.base.vocabulary.compared.get(fact.id)
        if fact.kind == "boolean":
            places = {False: len(planes) - 1, True: places.get(True, len(planes) - 2)}
        if is_text(column.type):
            values: tuple[Value, ...] = (False, True) if fact.kind == "boolean" else fact.choices
            if fact.id not in self._texts:
                self._texts[fact.id] = Texts(fact, values)
            refused = self._texts[fact.id].read(column, planes, places)
        else:
            refused = integers(column, planes, places)
        if known_at is not None:
            np.bitwise_or(planes[places[False]], planes[places[True]], out=planes[known_at])
        refusals.add(fact, column, refused, None, compared)

    def _read_number(
        self,
        fact: Fact,
        column: pa.Array,
        planes: Any,
        way: Way,
        refusals: Refusals,
        present: dict[str, Column],
    ) -> None:
        compared = self._plan.base.vocabulary.compared.get(fact.id)
        unit = self._units.get(fact.id)
        told, wrong, checked = column, None, False
        if column.type == pa.null():
            column = told = pa.nulls(len(column), pa.float64())
        elif is_text(column.type):
            column, wrong, checked = from_texts(fact, told, unit, compared)
        column = normal(column)
        pairs = self._limits.get(fact.id, [])
        key = fact.id, column.type, checked
        if key not in self._numbers:
            its_unit, scratch = None if checked else unit, self._plan.code.places
            self._numbers[key] = Numbers(fact, column.type, its_unit, pairs, scratch, checked)
        numbers = self._numbers[key]
        at = self._known.get(fact.id)
        known = np.empty(planes.shape[1], np.uint64) if at is None else planes[at]
        refused = numbers.read(column, planes, known, way)
        if wrong is not None:
            plane = np.empty_like(known)
            set_bits(plane, wrong)
            refused = plane if refused is None else refused | plane
        if refused is not None:
            refusals.add(fact, told, refused, unit, compared)
        if fact.id in self._entering:
            present[fact.id] = numbers.values(column), is_set(known, len(column))
