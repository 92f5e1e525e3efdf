"""Broken inputs of every kind: exit status 2, a message that names the place, no traceback, no output."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from charley.cli import main

SMALL = Path(__file__).parents[1] / "small_base"
KB = ("--kb", str(SMALL))

Lay = Callable[..., Path]


def refusal(*arguments: str, stdin: str | bytes | None = None) -> str:
    """What is said on standard error by a command that must refuse its input."""
    result = CliRunner().invoke(main, arguments, input=stdin)
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


# ---------------------------------------------------------------------------------------- records

DEEP = 100_000
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefghi")
)

# The content of a record, its place if it has a line, and what must be said of it.
RECORDS: dict[str, tuple[str | bytes, str, str]] = {
    # nothing, or nothing readable
    "empty": ("", "1:1", "there is no record here"),
    "blank": ("  \n\n", "1:1", "there is no record here"),
    "comment_only": ("# nothing\n", "1:1", "there is no record here"),
    "null": ("null", "1:1", "there is no record here"),
    "dashes": ("---\n", "2:1", "there is no record here"),
    "bom_only": (b"\xef\xbb\xbf", "1:1", "there is no record here"),
    "nul_bytes": (b"\0\0\0\0", "1:1", "U+0000"),
    "nul_in_a_value": ("days_dry: 3\nleaf_colour: gre\0en", "2:17", "U+0000"),
    "escape_code": ("leaf_colour: \x1b[31mgreen", "1:14", "U+001B"),
    "utf16": ("days_dry: 3\n".encode("utf-16"), "1:1", "not UTF-8 text: byte 0xff"),
    "utf16_without_mark": ("days_dry: 3\n".encode("utf-16-le"), "1:2", "U+0000"),
    "utf32": ("days_dry: 3\n".encode("utf-32"), "1:1", "not UTF-8 text"),
    "latin_1": ("# fièvre\ndays_dry: 300\n".encode("latin-1"), "1:5", "not UTF-8 text: byte 0xe8"),
    "surrogate": (b"leaf_colour: \xed\xa0\x80", "1:14", "not UTF-8 text"),
    "overlong": (b"leaf_colour: \xc0\xaf", "1:14", "not UTF-8 text"),
    "cut_in_a_character": (b"leaf_colour: \xe2\x82", "1:14", "not UTF-8 text"),
    "gzip": (b"\x1f\x8b\x08\0\0\0\0\0\0\x03KIL*I\x05\0", "1:2", "not UTF-8 text"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "1:1", "not UTF-8 text"),
    "too_large": ("# " + "x" * (16 * 2**20), "", "larger than 16 MiB"),
    # YAML and JSON that do not read
    "unclosed_quote": ('days_dry: 3\nleaf_colour: "green\n', "2:14", "the quote that opens here"),
    "unclosed_single_quote": ("leaf_colour: 'green\n", "1:14", "the quote that opens here is not closed"),
    "unclosed_brace": ("{days_dry: 3, wilting: true", "1:1", "the bracket that opens here"),
    "unclosed_brace_over_lines": ('{"days_dry": 3,\n "wilting": true\n', "1:1", "the bracket that"),
    "missing_comma_json": ('{"days_dry": 3,\n "spots": true\n "wilting": true}\n', "3:", "opened in line 1"),
    "missing_colon_json": ('{"days_dry": 3,\n "wilting" true}\n', "2:", "a comma or a closing bracket"),
    "unclosed_list": ("leaf_colour: [green", "1:14", "the bracket that opens here"),
    "closing_only": ("}", "1:1", "does not line up|not readable"),
    "no_comma": ('{"days_dry": 3 "wilting": true}', "1:25", "a comma or a closing bracket is missing"),
    "tab_indent": ("days_dry:\n\tvalue: 3\n", "2:1", "a tab stands where blanks indent"),
    "indented_second_line": ("days_dry: 3\n  wilting: true\n", "2:10", "a colon has no place here"),
    "dedented_line": ("  days_dry: 3\n wilting: true\n", "2:2", "does not line up"),
    "colon_in_value": ("leaf_colour: green: yes\n", "1:19", "a colon has no place here"),
    "text_after_quote": ('leaf_colour: "green" leaves\n', "1:22", "does not line up"),
    "percent": ("leaf_colour: %green", "1:14", "a text cannot start with this sign"),
    "at_sign": ("leaf_colour: @green", "1:14", "a text cannot start with this sign"),
    "backtick": ("`days_dry`: 3", "1:1", "a text cannot start with this sign"),
    "bad_escape": ('leaf_colour: "gr\\qeen"', "1:17", "a backslash in double quotes"),
    "two_documents": ("days_dry: 3\n---\nwilting: true\n", "2:1", "more than one document"),
    "directive": ("%YAML 3.0\n---\ndays_dry: 3\n", "1:1", "not readable as YAML or JSON"),
    "merge_conflict": ("<<<<<<< ours\ndays_dry: 3\n=======\ndays_dry: 4\n", "2:9", "colon"),
    "csv": ("fact,value\ndays_dry,3\n", "1:1", "a record is a list of facts"),
    "xml": ("<record><days_dry>3</days_dry></record>", "1:1", "a record is a list of facts"),
    # more than plain data
    "python_object": ("days_dry: !!python/object/apply:os.system ['true']", "1:11", "!!python/object/apply"),
    "python_name": ("days_dry: !!python/name:os.system", "1:11", "is not supported"),
    "python_tuple": ("days_dry: !!python/tuple [1, 2]", "1:11", "is not supported"),
    "own_tag": ("days_dry: !days 3", "1:11", "the tag `!days` is not supported"),
    "tag_on_top": ("!!set {days_dry}", "1:1", "the tag `!!set` is not supported"),
    "binary": ("leaf_colour: !!binary Z3JlZW4=", "1:14", "the tag `!!binary` is not supported"),
    "alias_bomb": (BOMB, "", "anchors and aliases are not supported"),
    "scalar_alias": ("days_dry: &x 3\nnight_temperature: *x", "", "anchors and aliases are not supported"),
    "alias_to_itself": ("&a {days_dry: *a}", "1:1", "anchors and aliases are not supported"),
    "alias_to_nothing": ("days_dry: *x", "1:11", "anchors and aliases are not supported"),
    "merge_key": ("<<: {days_dry: 3}", "1:1", "unknown fact `<<`"),
    "deep_brackets": ("days_dry: " + "[" * DEEP + "]" * DEEP, "1:1", "nested too deeply"),
    "deep_braces": ("{a: " * DEEP, "1:1", "nested too deeply"),
    "deep_dashes": ("- " * DEEP, "1:1", "nested too deeply"),
    "rather_deep": ("days_dry: " + "[" * 700 + "]" * 700, "1:1", "nested too deeply"),
    "duplicate_key": ("days_dry: 3\nwilting: true\ndays_dry: 4\n", "3:1", "`days_dry` is given twice"),
    "duplicate_key_json": ('{"days_dry": 3, "days_dry": 3}', "1:17", "`days_dry` is given twice"),
    "key_is_a_list": ("? [days_dry]\n: 3\n", "1:3", "a key must be a word"),
    "key_is_a_mapping": ("? {days_dry: 3}\n: 3\n", "1:3", "a key must be a word"),
    # wrong kinds on top
    "top_list": ("- days_dry: 3\n", "1:1", "a record is a list of facts"),
    "top_json_list": ('[{"days_dry": 3}]', "1:1", "a record is a list of facts"),
    "top_text": ("wilting", "1:1", "a record is a list of facts"),
    "top_number": ("67", "1:1", "a record is a list of facts"),
    "top_true": ("true", "1:1", "a record is a list of facts"),
    "top_date": ("2020-01-01", "1:1", "a record is a list of facts"),
    "no_space_after_colon": ("days_dry:3", "1:1", "a record is a list of facts"),
    "equals_sign": ("days_dry = 3", "1:1", "a record is a list of facts"),
    # facts that are not there
    "unknown_fact": ("days_dri: 3", "1:1", "did you mean `days_dry`"),
    "unknown_fact_far": ("xyzzy: 3", "1:1", "`charley facts` lists"),
    "unknown_fact_json": ('{\n "days_dry": 3,\n "wiltign": true}', "3:2", "did you mean `wilting`"),
    "unknown_fact_long": ("x" * 1000 + ": 3", "1:1", "unknown fact `xxx"),
    "unknown_fact_capital": ("Wilting: true", "1:1", "did you mean `wilting`"),
    "unknown_fact_hyphen": ("days-dry: 3", "1:1", "did you mean `days_dry`"),
    "fact_is_a_number": ("67: true", "1:1", "unknown fact `67`"),
    "fact_is_null": ("~: true", "1:1", "unknown fact `~`"),
    "fact_is_empty": ('"": true', "1:1", "unknown fact ``"),
    "finding_told": ("waterlogged: true", "1:1", "unknown fact `waterlogged`"),
    "score_told": ("dryness: 2", "1:1", "unknown fact `dryness`"),
    "candidate_told": ("thirst: true", "1:1", "unknown fact `thirst`"),
    "record_in_a_record": ("record: {days_dry: 3}", "1:1", "unknown fact `record`"),
    # truth
    "boolean_number": ("wilting: 1", "1:10", "`wilting` needs yes or no, not `1`"),
    "boolean_text": ("wilting: perhaps", "1:10", "`wilting` needs yes or no, not `perhaps`"),
    "boolean_empty_text": ('wilting: ""', "1:10", "`wilting` needs yes or no, not an empty text"),
    "boolean_list": ("wilting: [true]", "1:10", "`wilting` needs yes or no"),
    "boolean_mapping": ("wilting: {yes: true}", "1:10", "`wilting` needs yes or no"),
    "boolean_date": ("wilting: 2020-01-01", "1:10", "`wilting` needs yes or no, not `2020-01-01`"),
    "boolean_float": ("wilting: 0.5", "1:10", "`wilting` needs yes or no, not `0.5`"),
    "boolean_with_unit": ("wilting: {value: true, unit: d}", "1:10", "`wilting` needs yes or no"),
    # choices
    "choice_unknown": ("leaf_colour: yelow", "1:14", "did you mean `yellow`"),
    "choice_far": ("leaf_colour: purple", "1:14", "one of green, yellow, brown"),
    "choice_number": ("leaf_colour: 1", "1:14", "one of green, yellow, brown"),
    "choice_boolean": ("leaf_colour: true", "1:14", "one of green, yellow, brown, not `true`"),
    "choice_list": ("leaf_colour: [green, yellow]", "1:14", "one of green, yellow, brown"),
    "choice_mapping": ("leaf_colour: {green: true}", "1:14", "one of green, yellow, brown"),
    "choice_long": ("leaf_colour: " + "g" * 500, "1:14", "has no choice `ggg"),
    "choice_empty": ("leaf_colour: ''", "1:14", "not an empty text"),
    # numbers
    "number_boolean": ("days_dry: true", "1:11", "a number from 0 to 60 days, not `true`"),
    "number_word": ("days_dry: many", "1:11", "a number from 0 to 60 days, not `many`"),
    "number_list": ("days_dry: [3]", "1:11", "a number from 0 to 60 days, not `[3]`"),
    "number_date": ("days_dry: 2020-01-01", "1:11", "a number from 0 to 60 days, not `2020-01-01`"),
    "number_time": ("days_dry: 1:30", "1:11", "a number from 0 to 60 days|not one number|does not convert"),
    "number_range": ("days_dry: 6-8", "1:11", "`6-8` is not one number, and `days_dry` is judged at 7"),
    "number_fraction": ("days_dry: 7/2", "1:11", "`7/2` is not one number"),
    "number_comma": ("days_dry: 3,500", "1:11", "may group thousands"),
    "number_comparison": ("days_dry: '>3'", "1:11", "`days_dry` is judged at 7"),
    "number_empty_text": ("days_dry: ''", "1:11", "not an empty text"),
    "number_nested": ("days_dry: {value: {value: {value: 3}}}", "1:11", "a number from 0 to 60 days"),
    "number_without_value": ("days_dry: {unit: d}", "1:11", "write the value alone, or `value` and `unit`"),
    "number_extra_key": ("days_dry: {value: 3, units: d}", "1:11", "write the value alone"),
    "number_value_list": ("days_dry: {value: [3], unit: d}", "1:11", "a number from 0 to 60 days"),
    "number_value_boolean": ("days_dry: {value: true, unit: d}", "1:11", "only a number has a unit"),
    "number_hexadecimal": ("days_dry: 0x10", "1:11", "does not convert to days"),
    "out_of_range": ("days_dry: 61", "1:11", "expected a number from 0 to 60 days"),
    "negative": ("days_dry: -1", "1:11", "`days_dry` is -1, outside the plausible range"),
    "huge_integer": ("days_dry: " + "9" * 30, "1:11", "outside the plausible range"),
    "huger_integer": ("days_dry: " + "9" * 5000, "1:11", "outside the plausible range"),
    "huge_float": ("days_dry: 1e308", "1:11", "outside the plausible range"),
    "huger_float": ("days_dry: 1.0e+999", "1:11", "outside the plausible range"),
    "infinity": ("days_dry: .inf", "1:11", "`days_dry` is inf, outside the plausible range"),
    "negative_infinity": ("days_dry: -.inf", "1:11", "`days_dry` is -inf, outside the plausible range"),
    "json_surrogate": ('{"days_dry": "\\ud83d"}', "1:14", "half of a surrogate pair"),
    "number_underscore": ("days_dry: 6_7", "1:11", "does not convert"),
    "number_underscore_float": ("days_dry: 6_7.5", "1:11", "does not convert"),
    "json_infinity": ('{"days_dry": Infinity}', "1:14", "not `Infinity`"),
    # units: both are named
    "wrong_unit": ("days_dry: 3 kg", "1:11", "`kg` does not convert to days (`d`)"),
    "wrong_unit_mapping": ("days_dry: {value: 3, unit: kg}", "1:11", "`kg` does not convert to days (`d`)"),
    "wrong_unit_json": ('{"day_temperature": "20 mmol/L"}', "1:21", "`mmol/L` does not convert to °C"),
    "unknown_unit": ("days_dry: 3 fortnights", "1:11", "`fortnights` does not convert to days (`d`)"),
    "unit_is_a_list": ("days_dry: {value: 3, unit: [d]}", "1:11", "does not convert to days"),
    "unit_code": ("days_dry: 3 __import__('os')", "1:11", "does not convert to days (`d`)"),
    "unit_long": ("days_dry: 3 " + "m" * 5000, "1:11", "does not convert to days (`d`)"),
    "unit_brackets": ("days_dry: 3 ((((((", "1:11", "does not convert to days (`d`)"),
    "converted_out_of_range": ("days_dry: 2 years", "1:11", "`days_dry` is 730.5, outside"),
    "temperature_kelvin": ("day_temperature: 20 K", "1:18", "outside the plausible range"),
    # line ends and places
    "windows_line_ends": ("days_dry: 3\r\nleaf_colour: pink\r\nspots: no\r\n", "2:14", "no choice `pink`"),
    "old_mac_line_ends": ("days_dry: 3\rleaf_colour: pink\r", "2:14", "no choice `pink`"),
    "after_a_mark": (b"\xef\xbb\xbfdays_dry: 300\n", "1:11", "outside the plausible range"),
    "other_line_ends": ("days_dry: 3\u2028leaf_colour: pink\x85spots: no", "2:14", "no choice `pink`"),
    "json_with_tabs": ('{\n\t"days_dry": 3,\n\t"leaf_colour": "pink"\n}', "3:17", "no choice `pink`"),
    "after_wide_characters": ('{"days_dry": 3, "löwe": 1, "leaf_colour": "x"}', "1:43", "no choice `x`"),
    "folded_text": ("leaf_colour: >-\n  very\n  pink\n", "1:14", "no choice `very pink`"),
    "several": ("days_dri: 1\nwilting: 7\nleaf_colour: pink\n", "3:14", "no choice `pink`"),
}  # fmt: skip


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("where", ["file", "standard input"])
def test_a_broken_record(name: str, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content, place, says = RECORDS[name]
    if where == "file":
        monkeypatch.chdir(tmp_path)
        where = "record.json" if "json" in name else "record.yaml"
        (tmp_path / where).write_bytes(_bytes(content))
        said = refusal("diagnose", where, *KB)
    else:
        said = refusal("diagnose", "-", *KB, stdin=_bytes(content))
    assert re.search(rf"^{where}{':' + place if place else ''}\b.*: F\d\d\d ", said, re.MULTILINE), said
    assert any(each in said for each in says.split("|")), said
    assert all(len(line) < 200 for line in said.splitlines()), said


def test_all_problems_are_told_at_once_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal("diagnose", "-", *KB, stdin="days_dri: 1\nwilting: 7\nleaf_colour: pink\n")
    assert re.findall(r"standard input:(\d+):\d+: (F\d+)", said) == [
        ("1", "F010"),
        ("2", "F011"),
        ("3", "F011"),
    ]


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_a_record_or_refused(data: bytes) -> None:
    _record_or_refused(data)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
_names = st.sampled_from(("wilting", "leaf_colour", "days_dry", "day_temperature")) | st.text(max_size=5)


@given(st.dictionaries(_names, _json, max_size=4), st.booleans())
def test_any_data_is_a_record_or_refused(data: dict[str, Any], as_yaml: bool) -> None:
    _record_or_refused((yaml.safe_dump(data) if as_yaml else json.dumps(data)).encode())


@given(st.text("{}[]:,-&*!|>'\"%@`#? \n\tab1", max_size=30))
def test_any_heap_of_signs_is_a_record_or_refused(text: str) -> None:
    _record_or_refused(text.encode())


def _record_or_refused(data: bytes) -> None:
    result = CliRunner().invoke(main, ["diagnose", "-", *KB, "--json"], input=data)
    assert result.exception is None or isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code in (0, 2)
    if result.exit_code:
        assert result.stdout == ""
        for problem in map(json.loads, result.stderr.splitlines()):
            assert problem["file"] == "standard input" and problem["message"]
            assert re.fullmatch(r"F\d\d\d", problem["code"])
    else:
        assert json.loads(result.stdout)["format"] == "charley.differential.v2"


# -------------------------------------------------------------------------------- the command line

COMMANDS: dict[str, tuple[list[str], str]] = {
    "no_such_command": (["diagnos"], "did you mean `diagnose`?"),
    "no_such_command_far": (["xyzzy"], "`charley --help` lists the commands"),
    "no_such_option": (["diagnose", "-", "--jsn"], "--jsn"),
    "no_such_group_option": (["--colour"], "--colour"),
    "no_file": (["diagnose"], "FILE"),
    "two_files": (["diagnose", "a", "b"], "unexpected extra argument"),
    "missing_file": (["diagnose", "nowhere.yaml"], "nowhere.yaml: F001 there is no such file"),
    "file_is_a_folder": (["diagnose", "."], ".: F001 this is a folder, not a file"),
    "file_below_a_file": (["diagnose", f"{SMALL}/facts.yaml/x"], "F001 cannot be opened"),
    "file_with_a_long_name": (["diagnose", "x" * 5000], "F001 cannot be opened"),
    "file_with_nul": (["diagnose", "a\0b"], "F001 cannot be opened"),
    "empty_name": (["diagnose", ""], "F001"),
    "missing_base": (["diagnose", "-", "--kb", "nowhere"], "nowhere: R000 there is no knowledge base"),
    "misspelt_base": (["check", "nocturnal_leg_pian"], "did you mean `nocturnal_leg_pain`?"),
    "base_is_a_file": (["check", __file__], "R000 this is not a knowledge base"),
    "base_is_a_bare_folder": (["check", "."], ".: R000 this is not a knowledge base"),
    "base_with_a_long_name": (["check", "x" * 5000], "R000"),
    "base_with_nul": (["check", "a\0b"], "R000"),
    "empty_base": (["check", ""], "R000"),
    "base_without_value": (["diagnose", "-", "--kb"], "--kb"),
    "unknown_audience": (["diagnose", "-", "--audience", "nurse"], "'nurse' is not one of"),
    "unknown_fact": (["facts", "agee", *KB], "command line: F010 unknown fact `agee`"),
    "misspelt_fact": (["facts", "wiltign", *KB], "did you mean `wilting`?"),
    "unknown_answered_by": (["facts", "--answered-by", "nurse"], "'nurse' is not one of"),
    "unknown_rule": (["rules", "water-wiltign", *KB], "did you mean `water-wilting`?"),
    "unknown_candidate_of_rules": (["rules", "--candidate", "tirst", *KB], "did you mean `thirst`?"),
    "unknown_fact_of_rules": (["rules", "--fact", "wiltign", *KB], "did you mean `wilting`?"),
    "unknown_status": (["rules", "--status", "done"], "'done' is not one of"),
    "unknown_candidate": (["candidates", "tirst", *KB], "did you mean `thirst`?"),
    "unknown_shell": (["completion", "powershell"], "'powershell' is not one of"),
    "no_shell": (["completion"], "SHELL|bash"),
    "about_nowhere": (["about", "nowhere"], "nowhere: R000"),
    "facts_nowhere": (["facts", "--kb", "nowhere"], "nowhere: R000"),
    "rules_nowhere": (["rules", "--kb", "nowhere"], "nowhere: R000"),
    "candidates_nowhere": (["candidates", "--kb", "nowhere"], "nowhere: R000"),
    "test_nowhere": (["test", "nowhere"], "nowhere: R000"),
    "no_such_case": (["test", str(SMALL), "--case", "xyzzy"], "xyzzy"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_broken_command(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments, says = COMMANDS[name]
    monkeypatch.chdir(tmp_path)
    said = refusal(*arguments, stdin="{}")
    assert any(each in said for each in says.split("|")), said


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything is readable for root")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    file = tmp_path / "record.yaml"
    file.write_text("{}")
    file.chmod(0)
    assert "F001 cannot be opened" in refusal("diagnose", str(file), *KB)


# --------------------------------------------------------------------------------- knowledge bases

FILES = sorted(str(file.relative_to(SMALL)) for file in SMALL.rglob("*.yaml"))
CONTENT: dict[str, Any] = {file: yaml.safe_load((SMALL / file).read_text()) for file in FILES}

Path_ = tuple[str | int, ...]

OPTIONAL = {
    *("authors", "scope", "group", "figure", "citations", "label", "gives", "supersedes", "title", "unit"),
    *("ask_unless", "bands", "dry", "moist", "applies_when", "decimals", "evidence", "review_by", "status"),
    *("sections", "mites", "not_flags", "flags", "leader", "urgency", "fires", "derived", "alerts"),
    *("plastic", "wilting", "soil_wet", "days_dry", "drained", "leaf_colour", "silent_alone", "number"),
}  # fmt: skip
"""Keys that may be left out somewhere; what is left out where it may not be is tried by name below."""

REFERENCES = {
    *("raise", "lower", "flag", "clear", "alert", "conclude", "gives", "supersedes", "citations", "of"),
    *("leader", "flags", "not_flags", "fires"),
}  # fmt: skip
CONDITIONS = {"when", "applies_when", "ask_unless", "dry", "moist", "if"}


def _paths(value: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Every value below this one, with the way to it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in items:
        yield (*path, step), child
        yield from _paths(child, (*path, step))


def _at(content: Any, path: Path_) -> Any:
    for step in path:
        content = content[step]
    return content


def _name(path: Path_) -> str:
    """The key that the value at the path belongs to."""
    return next(str(step) for step in reversed(path) if isinstance(step, str))


Change = tuple[str, str, Path_, Callable[[Any, Path_], None]]


def _renamed(content: Any, path: Path_) -> None:
    parent = _at(content, path[:-1])
    parent["zz" + str(path[-1])] = parent.pop(path[-1])


def _deleted(content: Any, path: Path_) -> None:
    del _at(content, path[:-1])[path[-1]]


def _put(value: Any) -> Callable[[Any, Path_], None]:
    def put(content: Any, path: Path_) -> None:
        _at(content, path[:-1])[path[-1]] = value

    return put


BREAKS: dict[str, Callable[[str], str]] = {
    "breaks off": lambda text: f"{text} and",
    "starts late": lambda text: f"or {text}",
    "bracket": lambda text: f"({text}",
    "sign": lambda text: f"{text} && {text}",
    "two in a row": lambda text: f"{text} {text}",
    "assigned": lambda text: f"x = {text}",
    "called": lambda text: f"known({text})",
    "impossible count": lambda text: f"at_least(3, {text}, {text})",
    "empty": lambda text: "  ",
    "python": lambda text: f"[x for x in ({text})]",
}


def _changes() -> Iterator[Change]:
    for file, content in CONTENT.items():
        if isinstance(content, list | dict):
            yield file, "nothing but a word", (), lambda content, path: None
        for path, value in _paths(content):
            key = isinstance(path[-1], str)
            if key and path[-1] not in ("dry", "moist"):
                yield file, "renamed", path, _renamed
            if key and path[-1] not in OPTIONAL:
                yield file, "left out", path, _deleted
            if isinstance(value, dict | list):
                yield file, "a word for a collection", path, _put("x")
            else:
                wrong: tuple[str, Any] = ("list", ["x", {"y": 1}]) if len(path) % 2 else ("mapping", {"x": 1})
                yield file, f"a {wrong[0]} for a value", path, _put(wrong[1])
            if isinstance(value, str) and _name(path) in REFERENCES:
                yield file, "misspelt", path, _put(value[:-1] + "qz")
            if isinstance(value, str) and (_name(path) in CONDITIONS or file == "invariants.yaml"):
                if path[-1] in ("id", "title"):
                    continue
                for what, broken in BREAKS.items():
                    yield file, what, path, _put(broken(value))
                for word in sorted(set(re.findall(r"[a-z]\w{3,}", value)) - {"same_day", "emergency"}):
                    yield file, f"misspelt {word}", path, _put(re.sub(rf"\b{word}\b", word + "qz", value))


CHANGES = list(_changes())


def _case(change: Change) -> str:
    file, what, path, _ = change
    return f"{file}:{'.'.join(map(str, path))}: {what}"


@pytest.mark.parametrize("change", CHANGES, ids=_case)
def test_a_broken_base(change: Change, lay: Lay) -> None:
    file, _, path, alter = change
    content = copy.deepcopy(CONTENT[file])
    alter(content, path)
    base = lay()
    written = json.dumps(content if path else "x", indent=1, default=str)
    (base / file).write_text(written)
    said = refusal("check", "plants")
    places = re.findall(r"^(plants/\S+?):(\d+):(\d+): ([FR]\d{3}) \S", said, re.MULTILINE)
    assert places, said
    # A definition that is gone is noticed where it is used; everything else where it stands.
    gone = (path and path[-1] in ("id", "key")) or len(path) < 2
    assert gone or file in {place[0].removeprefix("plants/") for place in places}, said


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    ("what", "content"),
    [
        ("a NUL", b"\0"),
        ("not UTF-8", b"\xff\xfe"),
        ("an open bracket", b"{"),
        ("a text", b"x"),
        ("a tag", b"!!python/object:os.system {}"),
        ("deep", b"[" * 50_000),
        ("two documents", b"[]\n---\n[]\n"),
    ],
)
def test_a_file_of_a_base_that_does_not_read(file: str, what: str, content: bytes, lay: Lay) -> None:
    base = lay()
    (base / file).write_bytes(content)
    said = refusal("check", "plants")
    assert re.search(rf"^plants/{file}(:\d+:\d+)?: F\d\d\d ", said, re.MULTILINE), said
    assert said.count("plants/") == 1, "nobody else is blamed"


@pytest.mark.parametrize(
    "file", [file for file in FILES if file not in ("invariants.yaml", "cases/plants.yaml")]
)
def test_a_broken_base_answers_no_command(file: str, lay: Lay) -> None:
    base = lay()
    (base / file).write_text("[")
    for command in (["diagnose", "-"], ["facts"], ["rules"], ["candidates"]):
        assert f"plants/{file}:1:" in refusal(*command, "--kb", "plants", stdin="{}")
    assert f"plants/{file}:1:" in refusal("about", "plants")


@given(data=st.data())
def test_a_slip_of_the_pen_is_reported_or_harmless(data: st.DataObject, tmp_path_factory: Any) -> None:
    base = tmp_path_factory.mktemp("slips") / "plants"
    shutil.copytree(SMALL, base)
    file = base / data.draw(st.sampled_from(FILES))
    text = file.read_text()
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.sampled_from((0, 1, 5, 30)))
    put = data.draw(
        st.sampled_from(("", " ", "\n", "\t", "'", '"', "{", "]", ":", "- ", "#", "1", "not ", "é", "&"))
    )
    file.write_text(text[:start] + put + text[start + length :])
    result = CliRunner().invoke(main, ["check", str(base)])
    assert isinstance(result.exception, SystemExit | None), repr(result.exception)
    if result.exit_code < 2:
        told = CliRunner().invoke(main, ["diagnose", "-", "--kb", str(base)], input="{}")
        assert told.exit_code == 0, told.output


# ------------------------------------------------------------------------------- the real process


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (["diagnose", "-", *KB], b"days_dry: 300\n", "standard input:1:11: F012"),
        (["diagnose", "-", *KB], b"\0", "standard input:1:1: F002"),
        (["diagnose", "-", *KB], b"[" * DEEP, "standard input:1:1: F002"),
        (["diagnose", "nowhere.yaml", *KB], b"", "nowhere.yaml: F001"),
        (["check", "nowhere"], b"", "nowhere: R000"),
        (["diagnos"], b"", "did you mean `diagnose`?"),
    ],
)
def test_the_real_command(arguments: list[str], stdin: bytes, says: str) -> None:
    call = [sys.executable, "-c", "from charley.cli import main; main()", *arguments]
    result = subprocess.run(call, input=stdin, capture_output=True, timeout=60, check=False)
    assert result.returncode == 2
    assert result.stdout == b""
    assert says in result.stderr.decode()
    assert b"Traceback" not in result.stderr


def test_there_are_more_than_two_hundred() -> None:
    assert 2 * len(RECORDS) + len(COMMANDS) + len(CHANGES) > 200
