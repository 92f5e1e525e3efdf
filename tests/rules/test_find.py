"""Where a base is, and which files in it are read: nothing is used or left out without a word."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest

import charley
from charley.documents.diagnostic import Faulty
from charley.documents.model import Frozen, Text
from charley.rules.candidate import Candidate
from charley.rules.governance.about import About
from charley.rules.governance.evidence import Citation, Evidence
from charley.rules.loading.check import check
from charley.rules.loading.find import bundled, find_base
from charley.rules.rule import Rule

LEFT_BY_EDITORS = (
    ".#water.yaml",
    ".water.yaml.swp",
    "water.yaml~",
    "#water.yaml#",
    "water.yaml.bak",
    ".water.yaml",
)


@pytest.mark.parametrize("where", ["rules", "cases", ".", ".git"])
@pytest.mark.parametrize("name", LEFT_BY_EDITORS)
def test_what_editors_leave_behind_is_not_read(name: str, where: str, lay: Callable[..., Path]) -> None:
    base = lay()
    before = charley.load(base)
    (base / where).mkdir(exist_ok=True)
    stray = base / where / name
    for put in (lambda: stray.symlink_to("user@host.1234:1700000000"), lambda: stray.write_text("- id: [")):
        put()
        assert check(base) == []
        assert charley.load(base) == before
        stray.unlink()


@pytest.mark.parametrize(
    "name", ["water (conflicted copy).yaml", "water.sync-conflict-20260131.yaml", "water-1.yaml"]
)
def test_a_conflict_copy_is_named(name: str, lay: Callable[..., Path]) -> None:
    base = lay()
    original = next(iter(sorted((base / "rules").glob("*.yaml"))))
    shutil.copyfile(original, base / "rules" / name)
    assert any(
        Path(problem.file).name in (name, original.name) and problem.code == "R006" for problem in check(base)
    )
    with pytest.raises(Faulty):
        charley.load(base)


def _away(folder: Path) -> None:
    shutil.rmtree(folder)


def _file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("")


def _dangling(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to("nowhere")


def _locked(folder: Path) -> None:
    folder.chmod(0)
    if os.access(folder, os.R_OK):
        pytest.skip("root reads everything")


@pytest.mark.parametrize("harm", [_away, _file, _dangling, _locked])
def test_a_base_without_its_rules_is_refused(harm: Callable[[Path], None], lay: Callable[..., Path]) -> None:
    base = lay()
    harm(base / "rules")
    try:
        for use in (check, charley.load):
            try:
                problems = use(base)
            except Faulty as faulty:
                problems = faulty.diagnostics
            assert any(
                p.code == "F001" and Path(p.file).name == "rules" and p.severity == "error" for p in problems
            )
    finally:
        if (base / "rules").is_dir():
            (base / "rules").chmod(0o755)


def test_a_bundled_base_is_meant_by_its_name_and_a_folder_by_its_path(lay: Callable[..., Path]) -> None:
    small = lay()
    for name, folder in bundled().items():
        shutil.copytree(small, name)
        assert find_base(name) == folder
        for path in (f"./{name}", f"{name}/", Path(name), Path(name).resolve(), str(Path(name).resolve())):
            assert find_base(path).resolve() == Path(name).resolve()


PLAIN = {
    *("id", "key", "when", "icd10cm", "pmid", "pmcid", "doi", "url", "supersedes", "citations", "reviewers"),
    *("icd10cm_related", "given", "said_as", "shares_words_with", "withdraws_advice_of", "basics"),
}
"""What is a plain string in a model: an id, a condition, a language, or a number in some register."""


@pytest.mark.parametrize("model", [About, Candidate, Citation, Evidence, Rule])
def test_every_text_for_a_reader_says_something(model: type[Frozen]) -> None:
    not_blank = get_args(Text)[1]

    def plain(annotation: Any) -> bool:
        """Whether a string in it may be blank."""
        if get_origin(annotation) is Annotated and not_blank in get_args(annotation):
            return False
        return annotation is str or any(map(plain, get_args(annotation)))

    for name, field in model.model_fields.items():
        if name not in PLAIN and not_blank not in field.metadata:
            assert not plain(field.annotation), name
