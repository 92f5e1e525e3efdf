"""What every JSON reader reads is read here as the same values, and points to the same places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charley.documents.diagnostic import Faulty
from charley.documents.document import Document

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**12), 10**12),
        st.floats(allow_nan=False, allow_infinity=False),
        TEXT,
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXT, inner, max_size=4)),
    max_leaves=12,
)
WHOLE = st.one_of(st.lists(VALUES, max_size=4), st.dictionaries(TEXT, VALUES, max_size=4))


@given(WHOLE, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_json_is_read_as_json(value: Any, ascii: bool, indent: Any) -> None:
    text = json.dumps(value, ensure_ascii=ascii, indent=indent)
    read = Document("a.json", text).value
    assert read == json.loads(text)
    assert json.dumps(read) == json.dumps(json.loads(text))  # also true and 1, 1.0 and 1


@given(st.lists(st.sampled_from(list('{}[]",: \t\n\\u0129d83.eE+-tfn\x7f')), max_size=14).map("".join))
def test_a_text_that_is_almost_json_is_read_or_refused(text: str) -> None:
    try:
        read = Document("a.json", text).value
    except Faulty:
        return
    try:
        expected = json.loads(text)
    except ValueError:
        return  # YAML
    assert read == expected or not isinstance(expected, dict | list)


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(Faulty, match="`a` is given twice"):
        Document("a.json", '{"a": 1, "a": 2}')


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"\\ud83d\\udc8a"', "\U0001f48a"),
        ('"\x7f"', "\x7f"),
        ("1e5", 1e5),
        ("-0.5E-2", -0.005),
        ('"\\/"', "/"),
    ],
)
def test_what_yaml_would_refuse_or_read_otherwise(text: str, value: Any) -> None:
    assert Document("a.json", f'{{"a":\t{text}}}').value == {"a": value}


def test_half_of_a_pair_is_no_character() -> None:
    with pytest.raises(Faulty) as refused:
        Document("a.json", '{\n "a": "\\ud83d"}')
    (problem,) = refused.value.diagnostics
    assert (problem.code, problem.line, problem.column) == ("F002", 2, 7)


def test_a_place_in_json(tmp_path: Path) -> None:
    document = Document("a.json", '{"a": 1,\n\t"b": [true,\n "\\ud83d\\udc8a here"]}')
    problem = document.problem(["b", 1], "F000", "so")
    assert (problem.line, problem.column, problem.length) == (3, 2, 19)
    within = document.problem(["b", 1], "F000", "so", at=(2, 4))
    assert (within.line, within.column, within.length) == (3, 16, 4)


@pytest.mark.parametrize("text", ["6_7", "6_7.5", "1_0.0e+3", "1_000"])
def test_digits_are_not_joined_over_an_underscore(text: str) -> None:
    assert Document("a.yaml", f"a: {text}").value == {"a": text}
