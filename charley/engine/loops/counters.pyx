# cython: language_level=3, boundscheck=False, wraparound=False, binding=False
"""The counter network of one patient in flat arrays of integers; `counters.py` is the definition.

Built by `hatch_build.py` where machine code is asked for, and then imported in place of the definition. Of a
patient only what each condition still lacks is kept. What fires and the scores are read off it when they are
asked for, so an answer does nothing but count.

The numbers of conditions, and what they lack, have 32 bits: half as much memory is touched as with 64.
"""

from cpython cimport array
from cpython.dict cimport PyDict_GetItemWithError, PyDict_Next, PyDict_Size
from cpython.object cimport PyObject
from libc.stdint cimport INT32_MAX, int32_t
from libc.string cimport memcpy

cdef extern from "Python.h":
    PyObject *PyDict_SetDefault(object, object, object) except NULL  # Cython's own counts a reference

from array import array as numbers

from charley.engine.kernel.conditions import Counted
from charley.engine.loops.decided import Decided

__all__ = ["Patient"]


cdef struct Span:
    Py_ssize_t start, end


cdef class Run:
    """The conditions that an answer goes to: where they stand in `Tables.met`."""

    cdef Span at


cdef class Fact:
    """Which conditions an answer goes to.

    `runs` has an entry for every value that the table names; a number that it does not name is searched for
    in the table. What stands there for a boolean stands also by itself, as `no` and `yes`.
    """

    cdef object table
    cdef tuple ranges
    cdef dict runs
    cdef bint boolean
    cdef Span no, yes


cdef class Tables:
    """A network as these loops take it. Made once, kept in `Network.tables`, changed by nobody."""

    cdef object network
    cdef dict facts
    cdef Py_ssize_t count
    cdef array.array lack, met
    cdef array.array first, links  # the pairs (whole, weight) of node n stand from first[n] to first[n + 1]
    cdef list rules, named, scores
    cdef array.array rule_nodes, pairs, items
    cdef array.array priors, plain, terms

    def __init__(self, network):
        conditions, base = network.conditions, network.base
        weights = [sum(node.weights) for node in conditions.nodes if isinstance(node, Counted)]
        if max(weights, default=0) >= INT32_MAX:
            raise OverflowError("a score has more points than compiled loops can count")
        self.network = network
        self.count = len(network.after)
        self.lack = numbers("i", network.lack)
        self._take_facts(network.facts, base.vocabulary)
        self._take_effects(network.after)
        self.priors = numbers("q", [candidate.prior for candidate in base.candidates.values()])
        self.rules = list(conditions.rules)
        self.rule_nodes = numbers("i", [yes for yes, _ in conditions.rules.values()])
        self.terms = numbers("q")
        for term in network.terms:
            self.terms.extend([term.candidate, term.weight, len(term.counts)])
            for rule, by in term.counts:
                self.terms.append(1 + len(by))
                self.terms.extend([conditions.rules[each][0] for each in (rule, *by)])
        self.named, self.pairs = [], numbers("i")
        if conditions.falsity:
            self._take_names(network)
        self.scores, self.items = [], numbers("q")
        for id, items in conditions.items.items():
            for (yes, no), points in zip(items, base.instruments[id].scaled, strict=True):
                self.items.extend([yes, no, points])
            self.scores.append((id, len(self.items)))

    cdef _take_facts(self, facts, vocabulary):
        cdef Fact fact
        self.facts, self.met = {}, numbers("i")
        for id, (_, _, table, ranges) in facts.items():
            fact = self.facts[id] = Fact()
            fact.table, fact.ranges = table, ranges
            fact.runs = {value: self._run(wholes) for value, wholes in table.items()}
            fact.boolean = vocabulary[id].kind == "boolean"
            if fact.boolean:
                fact.no, fact.yes = self._run(table[False]).at, self._run(table[True]).at

    cdef Run _run(self, tuple wholes):
        cdef Run run = Run()
        run.at.start = len(self.met)
        self.met.extend(wholes)
        run.at.end = len(self.met)
        return run

    cdef _take_effects(self, after):
        self.first, self.links, self.plain = numbers("i"), numbers("i"), numbers("q")
        for node, (wholes, _, candidate, weight, more) in enumerate(after):
            self.first.append(len(self.links) // 2)
            for whole in wholes:
                self.links.extend((whole, 1))
            if weight:
                self.plain.extend((node, candidate, weight))
            if more is not None:
                for link in more[0]:
                    self.links.extend(link)
                for candidate, weight in more[1][1]:
                    self.plain.extend((node, candidate, weight))
        self.first.append(len(self.links) // 2)

    cdef _take_names(self, network):
        """What has a name outside, with the conditions that say that it is so and that it is not."""
        conditions = network.conditions
        for which, pairs in enumerate((conditions.rules, conditions.findings, conditions.gates)):
            for id, (yes, no) in pairs.items():
                self.named.append((which, id))
                self.pairs.extend((yes, no))


cdef class Patient:
    """One patient: `tell` and `retract` answers, and read what fires, the scores, the whole valuation."""

    cdef Tables tables
    cdef array.array own
    cdef dict narrowed  # what each derived value decides
    cdef int32_t *lack
    cdef int32_t *queue  # the conditions that have begun or ceased to hold, and are to be passed on
    cdef readonly dict record

    def __cinit__(self, network, record=None):
        if network.tables is None:
            network.tables = Tables(network)
        cdef Tables tables = network.tables
        cdef Py_ssize_t count = tables.count
        self.tables = tables
        self.own = array.clone(tables.lack, count + max(count, len(tables.rules)) + 1, False)
        self.lack = <int32_t *>self.own.data.as_ints
        self.queue = self.lack + count
        memcpy(self.lack, tables.lack.data.as_ints, count * sizeof(int32_t))
        self.narrowed = {}
        self.record = {} if record is None else dict(record)
        if self.record:
            self._open()

    def tell(self, fact, value):
        """Make a fact known. A fact that was known is changed."""
        cdef dict record = self.record
        cdef Py_ssize_t size = PyDict_Size(record)
        cdef PyObject *known = PyDict_SetDefault(record, fact, value)
        if PyDict_Size(record) == size:
            if <object>known == value:
                return
            self.retract(fact)
            record[fact] = value
        cdef PyObject *found = PyDict_GetItemWithError(self.tables.facts, fact)
        if found is not NULL:
            self._answer(<Fact>found, value, 1)

    def retract(self, fact):
        """Make a fact unknown again. Raises `KeyError` where it was not known."""
        value = self.record.pop(fact)
        cdef PyObject *found = PyDict_GetItemWithError(self.tables.facts, fact)
        if found is not NULL:
            self._answer(<Fact>found, value, -1)

    @property
    def fired(self):
        """The rules that fire."""
        cdef list rules = self.tables.rules
        cdef int32_t *nodes = <int32_t *>self.tables.rule_nodes.data.as_ints
        cdef Py_ssize_t at, count = 0
        for at in range(len(rules)):
            self.queue[count] = <int32_t>at  # written behind the others each time, as in `_count`
            count += self.lack[nodes[at]] <= 0
        return frozenset([rules[self.queue[at]] for at in range(count)])

    @property
    def scores(self):
        """The score of every candidate, in the order of the knowledge base."""
        cdef array.array found = array.copy(self.tables.priors)
        cdef long long *scores = found.data.as_longlongs
        cdef long long *plain = self.tables.plain.data.as_longlongs
        cdef Py_ssize_t at
        for at in range(0, len(self.tables.plain), 3):
            scores[plain[at + 1]] += plain[at + 2] * (self.lack[plain[at]] <= 0)
        self._add_terms(scores)
        return [scores[at] for at in range(len(found))]

    def holds(self, Py_ssize_t number):
        """Whether a counted condition of `Network.conditions`, by its number, is met."""
        if not 0 <= number < self.tables.count:
            raise IndexError(number)
        return self.lack[number] <= 0

    def valuation(self):
        """What is so of every rule and finding, derived value and score."""
        return self.decided().valuation(self.tables.network.base)

    def decided(self):
        """The same without the rules and findings that are open."""
        network = self.tables.network
        if not network.conditions.falsity:
            raise ValueError("this network was made without falsity")
        cdef dict rules = {}, findings = {}, gates = dict(network.nobody.gates), derived = dict(network.nobody.derived)
        cdef list kinds = [rules, findings, gates]
        cdef list named = self.tables.named
        cdef int32_t *pairs = <int32_t *>self.tables.pairs.data.as_ints
        cdef Py_ssize_t at
        cdef int so
        for at in range(len(named)):
            so = self._state(pairs[2 * at], pairs[2 * at + 1])
            if so != 0:
                which, id = named[at]
                (<dict>kinds[which])[id] = so > 0
        cdef dict record = self.record
        for each in network.index.ranges:
            if not record.keys().isdisjoint(each.derived.of):
                derived[each.derived.id] = each.interval(record)
        return Decided(rules, findings, derived, self._intervals(), gates)

    cdef inline int _state(self, Py_ssize_t yes, Py_ssize_t no) noexcept:
        """1 for true, -1 for false, 0 for unknown."""
        return 1 if self.lack[yes] <= 0 else -1 if self.lack[no] <= 0 else 0

    cdef dict _intervals(self):
        """The lowest and the highest sum of points of each clinical score."""
        cdef long long *items = self.tables.items.data.as_longlongs
        cdef Py_ssize_t at = 0, end
        cdef long long low, high, points
        cdef int so
        found = {}
        for id, end in self.tables.scores:
            low = high = 0
            while at < end:
                so, points = self._state(items[at], items[at + 1]), items[at + 2]
                if so == 1 or so == 0 and points < 0:
                    low += points
                if so == 1 or so == 0 and points > 0:
                    high += points
                at += 3
            found[id] = (low, high)
        return found

    cdef void _add_terms(self, long long *scores) noexcept:
        """What rules give that can be superseded: it counts where one fires, and none that supersedes it."""
        cdef long long *terms = self.tables.terms.data.as_longlongs
        cdef Py_ssize_t at = 0, other, end = len(self.tables.terms)
        cdef long long candidate, weight, counted, size
        cdef bint counts, alone
        while at < end:
            candidate, weight, counted = terms[at], terms[at + 1], terms[at + 2]
            at += 3
            counts = False
            for _ in range(counted):
                size, alone = terms[at], self.lack[terms[at + 1]] <= 0
                for other in range(at + 2, at + 1 + size):
                    alone = alone and self.lack[terms[other]] > 0
                counts = counts or alone
                at += 1 + size
            if counts:
                scores[candidate] += weight

    cdef int _open(self) except -1:
        """Everything that is known of a patient, in one go."""
        cdef dict facts = self.tables.facts, changed = {}
        cdef PyObject *fact
        cdef PyObject *value
        cdef PyObject *found
        cdef Py_ssize_t place = 0, queued = 0
        while PyDict_Next(self.record, &place, &fact, &value):
            found = PyDict_GetItemWithError(facts, <object>fact)
            if found is not NULL:
                queued = self._meet(<Fact>found, <object>value, 1, queued)
                if (<Fact>found).ranges:
                    changed.update(dict.fromkeys((<Fact>found).ranges))
        self._pass_on(queued, 1)
        if changed:
            self._narrow(tuple(changed))
        return 0

    cdef int _answer(self, Fact fact, object value, int32_t sign) except -1:
        """A fact becomes known (sign 1), or unknown again (-1)."""
        cdef Py_ssize_t queued = self._meet(fact, value, sign, 0)
        if queued:
            self._pass_on(queued, sign)
        if fact.ranges:
            self._narrow(fact.ranges)
        return 0

    cdef int _narrow(self, tuple ranges) except -1:
        """Look again at derived values into which an answer enters."""
        for each in ranges:
            before = self.narrowed.get(each, each.always)
            after = each.decided(self.record)
            if before is not after:
                self.narrowed[each] = after
                self._pass_on(self._meet_all(tuple([n for n in before if n not in after]), -1, 0), -1)
                self._pass_on(self._meet_all(tuple([n for n in after if n not in before]), 1, 0), 1)
        return 0

    cdef Py_ssize_t _meet(self, Fact fact, object value, int32_t sign, Py_ssize_t queued) except -1:
        """What waits for an answer lacks one less (sign 1) or one more (-1). Returns how many are queued then."""
        cdef PyObject *found
        if fact.boolean and value is True:
            return self._meet_span(fact.yes, sign, queued)
        if fact.boolean and value is False:
            return self._meet_span(fact.no, sign, queued)
        found = PyDict_GetItemWithError(fact.runs, value)
        if found is not NULL:
            return self._meet_span((<Run>found).at, sign, queued)
        return self._meet_all(fact.table[value], sign, queued)

    cdef inline Py_ssize_t _meet_span(self, Span span, int32_t sign, Py_ssize_t queued) noexcept:
        cdef int32_t *met = <int32_t *>self.tables.met.data.as_ints
        cdef Py_ssize_t at
        for at in range(span.start, span.end):
            queued = self._count(met[at], 1, sign, queued)
        return queued

    cdef Py_ssize_t _meet_all(self, tuple wholes, int32_t sign, Py_ssize_t queued) except -1:
        for whole in wholes:
            queued = self._count(whole, 1, sign, queued)
        return queued

    cdef void _pass_on(self, Py_ssize_t queued, int32_t sign) noexcept:
        """What is queued has begun to hold (sign 1), or ceased to (-1): the queue grows while it is walked."""
        cdef int32_t *first = <int32_t *>self.tables.first.data.as_ints
        cdef int32_t *links = <int32_t *>self.tables.links.data.as_ints
        cdef Py_ssize_t at = 0, link
        while at < queued:
            for link in range(first[self.queue[at]], first[self.queue[at] + 1]):
                queued = self._count(links[2 * link], links[2 * link + 1], sign, queued)
            at += 1

    cdef inline Py_ssize_t _count(self, int32_t whole, int32_t weight, int32_t sign, Py_ssize_t queued) noexcept:
        """A condition lacks so much less, or more; it is queued where that makes it hold, or cease to.

        It is always written behind the queue, and counted only then: a jump that cannot be foretold would
        take longer.
        """
        cdef int32_t before = self.lack[whole]
        cdef int32_t after = before - sign * weight
        self.lack[whole] = after
        self.queue[queued] = whole
        return queued + ((before > 0) != (after > 0))
