"""`charley fmt`: one layout, and nothing of what was written is lost."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import charley
from charley.cli import main

pytest.importorskip("ruamel.yaml", reason="the layout keeps comments with ruamel.yaml, in the extra `author`")

from charley.authoring.layout import formatted, layout_files
from charley.authoring.scaffold import write_base
from charley.documents.diagnostic import Faulty
from charley.documents.document import Document
from charley.rules.loading.find import find_base, written_files

SMALL = Path(__file__).parents[1] / "small_base"
BUNDLED = find_base()


def fmt(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["fmt", *arguments])


def test_the_digest_and_what_check_says_are_as_before(tmp_path: Path) -> None:
    base = tmp_path / "plants"
    shutil.copytree(SMALL, base)
    before = charley.load(base).digest
    assert fmt("--kb", str(base), "--check").exit_code == 1
    assert fmt("--kb", str(base)).exit_code == 0
    assert charley.load(base).digest == before
    assert charley.check(base) == []
    assert fmt(str(base), "--check").output == f"0 of {len(written_files(base))} files would change\n"


def test_what_charley_new_writes_is_laid_out(tmp_path: Path) -> None:
    files = write_base(tmp_path / "throat", "throat", "Throat")
    assert layout_files([file for file in files if file.suffix == ".yaml"], write=False) == []


def test_the_line_for_an_editor_is_added_where_the_schemas_are(tmp_path: Path) -> None:
    write_base(tmp_path / "throat", "throat", "Throat")
    file = tmp_path / "throat" / "rules" / "dangers.yaml"
    line, rest = file.read_text().split("\n", 1)
    assert line == "# yaml-language-server: $schema=../schemas/rules.json"
    assert (file.parent / line.rpartition("=")[2]).is_file()
    file.write_text(rest)
    assert layout_files([file], write=True) == [file]
    assert file.read_text() == f"{line}\n{rest}"
    shutil.move(tmp_path / "throat" / "schemas", tmp_path / "schemas")
    file.write_text(rest)
    layout_files([file], write=True)
    assert file.read_text() == f"# yaml-language-server: $schema=../../schemas/rules.json\n{rest}"


_WORDS = st.sampled_from(
    ["fever", "no", "12", "1.50", "a: b", "x # y", "- z", "'", '"', "", " pad ", "two\nlines", "é"]
)
_VALUES = st.recursive(
    _WORDS | st.integers(-99, 99) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """YAML as people write it: some of it in one line, with comments and empty lines in between."""
    text = yaml.safe_dump(
        draw(
            st.lists(_VALUES, min_size=1, max_size=3)
            | st.dictionaries(st.sampled_from("abcd"), _VALUES, min_size=1)
        ),
        default_flow_style=draw(st.sampled_from([True, False, None])),
        sort_keys=False,
        width=draw(st.sampled_from([30, 110, 400])),
    )
    lines = []
    for line in text.splitlines():
        if draw(st.integers(0, 4)) == 0:
            lines += draw(st.sampled_from([["# a comment"], [""], ["", "  # indented", ""], ["#"]]))
        lines.append(line)
    return "\n".join([*lines, *draw(st.sampled_from([[], ["# the end"], ["", ""]]))]) + "\n"


@given(texts())
def test_layout_is_idempotent_and_keeps_values_or_refuses(text: str) -> None:
    try:
        value = Document("x.yaml", text).value
        once = formatted("x.yaml", text)
    except Faulty:
        return
    assert formatted("x.yaml", once) == once
    assert Document("x.yaml", once).value == value
    assert once.count("# a comment") == text.count("# a comment")
    assert not any(line.endswith((" ", "\t")) for line in once.splitlines())


def test_one_file_that_cannot_be_read_and_none_is_written(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("a:   1\n")
    bad.write_text("a: [\n")
    result = fmt(str(good), str(bad))
    assert (result.exit_code, good.read_text()) == (2, "a:   1\n")
    assert "bad.yaml:1:4: F002" in result.output


def test_a_comment_without_a_place_is_not_lost(tmp_path: Path) -> None:
    text = "when: [fever,   # why\n  cough]  # and this\n"
    try:
        assert formatted("x.yaml", text).count("#") == 2
    except Faulty as faulty:
        assert [each.code for each in faulty.diagnostics] == ["F005"]


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("a: 1\n")
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    result = fmt(str(file))
    assert result.exit_code == 2
    assert "charley[author]" in result.output


def test_files_or_a_base_must_be_named() -> None:
    assert fmt().exit_code == 2
