"""Conditions: printing is the inverse of parsing, and what is no condition is refused in its place."""

from __future__ import annotations

import contextlib
import keyword
import threading
import warnings
from collections.abc import Callable

import pytest
from bases import CHOICES, conditions
from hypothesis import given
from hypothesis import strategies as st

from charley.engine.meaning import truth
from charley.rules.interval import holds
from charley.rules.invariants.parse import read_claim
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or, atoms
from charley.rules.language.parse import parse
from charley.rules.language.reader import Unreadable

A, B, C = (Atom(name, "==", True) for name in "abc")


@given(conditions())
def test_printing_is_the_inverse_of_parsing(condition: Condition) -> None:
    assert parse(str(condition)).condition == condition


@given(st.sets(st.sampled_from(CHOICES), min_size=1), st.sampled_from([None, *CHOICES]))
def test_a_choice_that_is_not_so_is_known_to_be_another(named: set[str], told: str | None) -> None:
    """However it is written: true of another answer, false of one that is named, unknown of none."""
    meant = None if told is None else told not in named
    several = ", ".join(sorted(named))
    ways = [
        f"k not in {{{several}}}",
        f"k not in [{several}]",
        f"k not in ({several},)",
        f"not k in {{{several}}}",
    ]
    ways += [
        " and ".join(f"k != {each}" for each in named),
        " and ".join(f"not k == {each}" for each in named),
    ]

    def look(atom: Atom) -> bool | None:
        assert atom.name == "k"
        return None if told is None else holds(atom.op, told, atom.value)

    assert {way: truth(parse(way).condition, look) for way in ways} == dict.fromkeys(ways, meant)
    assert {str(parse(way).condition) for way in ways[:4]} == {f"k not in {{{several}}}"}


@given(conditions())
def test_every_atom_stands_where_it_is_said_to_stand(condition: Condition) -> None:
    text = str(condition)
    parsed = parse(text)
    assert [atom for atom, _, _ in parsed.places] == list(atoms(condition))
    for atom, offset, length in parsed.places:
        # `k != red` is an atom and its `not` in one.
        assert parse(text[offset : offset + length]).condition in (atom, Not(atom))


@given(conditions(), st.sampled_from(("\n", "  ", " \n ", "\t", "\xa0")))
def test_blanks_and_line_ends_do_not_matter(condition: Condition, blank: str) -> None:
    assert parse(f" {str(condition).replace(' ', blank)} ").condition == condition


@given(st.text(max_size=40) | st.text("ab0159 ()<>=!,.{}#'\"andornti_-", max_size=40))
def test_any_text_is_a_condition_or_refused_within_it(text: str) -> None:
    try:
        parsed = parse(text)
    except Unreadable as refused:
        assert str(refused)
        assert 0 <= refused.offset <= max(0, len(text) - 1)
        assert refused.length >= 1
    else:
        assert parse(str(parsed.condition)).condition == parsed.condition


@given(conditions(), st.data())
def test_a_piece_left_out_never_ends_in_anything_but_a_refusal(
    condition: Condition, data: st.DataObject
) -> None:
    text = str(condition)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    try:
        parse(text[:start] + text[end:])
    except Unreadable as refused:
        assert refused.length >= 1


READ: list[tuple[str, Condition]] = [
    ("a", A),
    ("not a", Not(A)),
    ("not not a", Not(Not(A))),
    ("a and b and c", And((A, B, C))),
    ("a and (b and c)", And((A, And((B, C))))),
    ("a or b and not c", Or((A, And((B, Not(C)))))),
    ("(a or b) and c", And((Or((A, B)), C))),
    ("at_least(2, a, b, not c)", AtLeast(2, (A, B, Not(C)))),
    ("a == True", A),
    ("a != True", Not(A)),
    ("a == False", Not(A)),
    ("n >= 5", Atom("n", ">=", 5)),
    ("5 <= n", Atom("n", ">=", 5)),
    ("n >= 5.0", Atom("n", ">=", 5)),
    ("n < -0.5", Atom("n", "<", -0.5)),
    ("n != 3", Not(Atom("n", "==", 3))),
    ("1 < n <= 5", And((Atom("n", ">", 1), Atom("n", "<=", 5)))),
    ("k == red", Atom("k", "==", "red")),
    ("k == 'red'", Atom("k", "==", "red")),
    ("k != red", Not(Atom("k", "==", "red"))),
    ("k in {red, blue}", Atom("k", "in", ("red", "blue"))),
    ("k in (red, blue)", Atom("k", "in", ("red", "blue"))),
    ("k not in {red}", Not(Atom("k", "in", ("red",)))),
    ("größe and b", And((Atom("größe", "==", True), B))),
]


@pytest.mark.parametrize(("text", "condition"), READ)
def test_it_reads(text: str, condition: Condition) -> None:
    assert parse(text).condition == condition


# The text, what is said of it, and the part of it that is blamed.
REFUSED: list[tuple[str, str, str]] = [
    ("", "there is no condition here", ""),
    ("  \n ", "there is no condition here", " "),
    ("a and", "the condition breaks off after `and`", "and"),
    ("a or not", "the condition breaks off after `not`", "not"),
    ("n >=", "the condition breaks off after `>=`", ">="),
    ("and a", "something is missing before `and`", "and"),
    ("a and or b", "something is missing before `or`", "or"),
    (">= 5", "something is missing before `>=`", ">="),
    ("a b", "`and` or `or` is missing before `b`", "b"),
    ("a an b", "`and` or `or` is missing before `an`", "an"),
    ("n >= 7 d", "`and` or `or` is missing before `d`", "d"),
    ("a not b", "`and` or `or` is missing before `not`", "not"),
    ("(a and (b or c)", "`(` is not closed", "("),
    ("a and b)", "`)` closes nothing", ")"),
    ("(a and b]", "`]` closes nothing", "]"),
    ("a && b", "`&&` has no meaning here", "&&"),
    ("a || b", "`||` has no meaning here", "||"),
    ("!a", "`!` has no meaning here", "!"),
    ("n => 5", "`=>` has no meaning here", "=>"),
    ("n =< 5", "`=<` has no meaning here", "=<"),
    ("n <> 5", "`<>` has no meaning here", "<>"),
    ("n ≥ 5", "`≥` has no meaning here", "≥"),
    ("k = red", "`=` has no meaning here", "="),
    ("a AND b", "`AND` has no meaning here", "AND"),
    ("a ? b", "`?` has no meaning here", "?"),
    ("a # or b", "`#` has no meaning here", "#"),
    ("a if b", "`if` has no meaning here", "if"),
    ("if a then b", "`if` has no meaning here", "if"),
    ("a if b else c", "`a if b else c` has no meaning here", "a if b else c"),
    ("lambda: a", "`lambda: a` has no meaning here", "lambda: a"),
    ("a.b", "`a.b` has no meaning here", "a.b"),
    ("a[0]", "`a[0]` has no meaning here", "a[0]"),
    ("a and f(b)", "`f(...)` has no meaning here", "f(b)"),
    ("a and atleast(1, b)", "`atleast(...)` has no meaning here", "atleast(1, b)"),
    ("a, b", "a comma joins nothing here", "a, b"),
    ("True", "a condition cannot be a constant", "True"),
    ("a and 7", "a condition cannot be a constant", "7"),
    ("'a'", "a condition cannot be a constant", "'a'"),
    ("n + 1 > 5", "a comparison needs a fact on its left", "n + 1"),
    ("5 > 3", "a comparison needs a fact on its left", "5"),
    ("n > m + 1", "a comparison needs a number or a choice on its right", "m + 1"),
    ("k == 'dark red'", "a comparison needs a number or a choice on its right", "'dark red'"),
    ("n > 1j", "a comparison needs a number or a choice on its right", "1j"),
    ("n > m", "`>` compares numbers, `m` is not one", "m"),
    ("n > True", "`> True` has no meaning here", "True"),
    ("n > 1e999", "not a number that can be compared with", "1e999"),
    ("a is b", "`is` has no meaning here", "a is b"),
    ("a is not None", "`is` has no meaning here", "a is not None"),
    ("k in red", "choices stand in braces", "red"),
    ("k in {}", "choices stand in braces", "{}"),
    ("k in {red, 1}", "`1` is not a choice", "1"),
    ("k in {red, red}", "the choice `red` is given twice", "red"),
    ("1 in {red}", "a fact stands before `in`", "1"),
    ("at_least(3, a, b)", "`at_least(3, ...)` of 2 conditions can never be true", "at_least(3, a, b)"),
    ("at_least(0, a, b)", "`at_least(0, ...)` of 2 conditions is always true", "at_least(0, a, b)"),
    ("at_least(a, b)", "`at_least` needs a count and conditions", "at_least(a, b)"),
    ("at_least(True, a)", "`at_least` needs a count and conditions", "at_least(True, a)"),
    ("at_least(1, a, b=c)", "`at_least` needs a count and conditions", "at_least(1, a, b=c)"),
    ("at_least()", "`at_least` needs a count and conditions", "at_least()"),
    ("größe and wät b", "`and` or `or` is missing before `b`", "b"),
    ("größe and f(b)", "`f(...)` has no meaning here", "f(b)"),
    ("not " * 60 + "a", "nested deeper than 50 levels", "not " * 10 + "a"),
    ("(" * 300 + "a" + ")" * 300, "nested too deeply to be read", "("),
    ("a or " * 5000 + "a", "longer than 20,000 characters", "a"),
    ("a\0b", "`U+0000` has no meaning here", "\0"),
    ("a\u200band b", "`U+200B` has no meaning here", "\u200b"),
    ("n >= 07", "not readable as a condition from here on", "07"),
]


@pytest.mark.parametrize(("text", "message", "blamed"), REFUSED, ids=[text[:30] for text, _, _ in REFUSED])
def test_it_is_refused(text: str, message: str, blamed: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(text)
    assert str(refused.value) == message
    assert text[refused.value.offset : refused.value.offset + refused.value.length] == blamed
    assert refused.value.help


def test_nothing_is_evaluated() -> None:
    with pytest.raises(Unreadable):
        parse("__import__('os').system('true')")


@pytest.mark.parametrize("read", [parse, read_claim])
@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a # and b", 2),
        ("# a", 0),
        ("a and b#", 7),
        ('a == "x\\d"', 7),
        ("a >= 60and b", 5),
        ("a >= 60.or b", 5),
        ("a >= 0xfor b", 6),
        ("a in {x1, 2or}", 10),
    ],
)
def test_nothing_is_passed_over_and_nobody_is_warned(
    read: Callable[[str], object], text: str, at: int
) -> None:
    with warnings.catch_warnings(record=True) as warned, pytest.raises(Unreadable) as refused:
        warnings.simplefilter("always")
        read(text)
    assert refused.value.offset == at
    assert not warned


def test_no_word_after_a_number_reaches_the_grammar() -> None:
    """Python warns of `60and` and reads it; which of its versions warns of what does not matter here."""
    for word in keyword.kwlist:
        for number in ("60", "6.5", "6.", "1e5", "0x1", "0xa", "1_0"):
            with pytest.raises(Unreadable):
                parse(f"age >= {number}{word} b")


def test_the_warning_filters_of_the_process_are_left_alone() -> None:
    before = list(warnings.filters)
    together = threading.Barrier(8)

    def work() -> None:
        together.wait()
        for _ in range(200):
            parse("at_least(2, a, b >= 3, not c) and d in {x, y}")
            read_claim("flagged(c) and (a or b >= 3)")
            with contextlib.suppress(Unreadable):
                parse("a >= 60and b")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before
