"""Prepared bases kept between runs: as data, where it is safe, and never believed when they were changed."""

from __future__ import annotations

import datetime
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import charley
from charley.documents.model import ReadOnlyDict
from charley.engine.expert import Expert, load
from charley.engine.explain.how import how
from charley.engine.kept.cache import digest_of, digest_of_base, kept
from charley.engine.kept.pack import Unpackable, pack
from charley.engine.kept.unpack import CLASSES, PLAIN, ROWS, unpack
from charley.facts.record import Answers
from charley.facts.text.words import Lexicon
from charley.rules.core import Threshold
from charley.rules.language.condition import Atom
from charley.rules.rule import Weigh

HERE = Path(__file__).parent.parent
SMALL = HERE / "small_base"
RECORD = HERE.parent / "examples" / "swollen-calf.yaml"


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHARLEY_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "charley"


def file_in(room: Path) -> Path:
    (file,) = room.glob("*.compiled")
    return file


def test_a_base_from_the_cache_is_the_base(room: Path) -> None:
    made, again = load(), load()
    assert again is not made and again == made
    answers = charley.read_answers(RECORD, made.vocabulary)
    assert again.diagnose(answers).model_dump_json() == made.diagnose(answers).model_dump_json()
    d = again.diagnose(answers)
    assert d.leader is not None and how(again, d, d.leader) == how(made, d, d.leader)
    for base in (made, again):
        assert base.kernel.start(answers.record).valuation() == made.kernel.start(answers.record).valuation()
    first, second = (base.consult(answers, engine="kernel").next_question() for base in (made, again))
    assert first == second
    assert {hash(rule) for rule in again.rules.values()} == {hash(rule) for rule in made.rules.values()}


def test_the_second_load_really_comes_from_the_cache(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = load()

    def refuse(folder: Path) -> Expert:
        raise AssertionError("the base is made again")

    monkeypatch.setattr("charley.engine.expert._made", refuse)
    again = load()
    assert again is not made and again.digest == made.digest
    with pytest.raises(AssertionError, match="made again"):
        load(SMALL)


def test_every_change_of_what_is_kept_is_noticed(room: Path) -> None:
    made = load(SMALL)
    file = file_in(room)
    good = file.read_bytes()
    draw = random.Random(1)
    changed = [good[:at] + bytes([good[at] ^ 1 << draw.randrange(8)]) + good[at + 1 :]
               for at in (*range(140), *draw.sample(range(len(good)), 160))]  # fmt: skip
    changed += [
        b"",
        b"\n",
        good[:-1],
        good + b" ",
        good[len(good) // 2 :],
        good.replace(b"thirst", b"mites "),
    ]
    used: list[Path] = []

    def make() -> Expert:
        used.append(SMALL)
        return made

    def digest() -> str:
        return digest_of_base(SMALL)

    for text in changed:
        file.write_bytes(text)
        assert kept(digest, make, Expert) == made
        assert used.pop() == SMALL, "what was changed was believed"
        assert file.read_bytes() == good, "it was not kept anew"
    assert kept(digest, make, Expert) == made and not used


class Elsewhere:
    pass


@pytest.mark.parametrize(
    "value",
    [lambda: 1, Elsewhere(), open, Elsewhere, [Elsewhere], {"a": object()}, (b"x",)],
    ids=["function", "object", "built-in", "class", "class in a list", "object in a dict", "bytes"],
)
def test_only_data_of_this_package_is_packed(value: object) -> None:
    with pytest.raises(Unpackable):
        pack(value)


@pytest.mark.parametrize(
    "name",
    ["os:system", "builtins:eval", "charley:load", "charley.cli:main", "charley.engine.kept.cache:os.system"],
)
def test_a_text_cannot_name_anything_else(name: str) -> None:
    def an_object(of: str) -> str:
        return json.dumps([[of], [], [], [[0, [], 1, [], [], [[PLAIN, []]]]], [ROWS, [0]]])

    def the_class(itself: str) -> str:
        return json.dumps([[itself], [], [], [], [CLASSES, [0]]])

    for text in (an_object, the_class):
        assert unpack(text("charley.rules.rule:Weigh"))
        with pytest.raises((ValueError, TypeError, LookupError)):
            unpack(text(name))


def test_all_that_a_base_is_made_of_comes_back_as_it_was() -> None:
    weigh = Weigh(direction="raise", candidate="a", strength="slight")
    assert weigh.weight == 3  # kept beside the fields
    shared = [1, 2]
    value: dict[Any, Any] = {
        (1, True, 1.5, "x", None): [Fraction(1, 3), Decimal("1.50"), datetime.date(2026, 1, 31), Path("a")],
        "shared": (shared, shared),
        "named": Threshold(2, (), (1, -1)),
        "numbers": ((1, 0), (True, False), (1.0, 0.0), (1, 0), (None,), ()),
        Weigh: [{weigh}, frozenset([1])],
        "many": {weigh, frozenset([1, "1"])},
        "read only": ReadOnlyDict(a=(), b=((1,), ())),
        "answers": Answers({"a": 1.0}, frozenset("b")),
        "alike": [Atom("a", "==", True), Atom("a", "==", 1), Atom("a", "==", True), Atom("a", "in", ("b",))],
        "mixed": [1, (1,), [1], (), {}, set(), "", 0.1, -0.0, True],
    }
    value["itself"] = value
    again = unpack(pack(value))
    assert again.pop("itself") is again
    del value["itself"]
    assert again == value
    del value["many"], again["many"]  # the order in which a set is written is not kept
    assert repr(again) == repr(value)
    assert again["shared"][0] is again["shared"][1]
    assert again["numbers"][0] is again["numbers"][3]
    assert again["alike"][0] is again["alike"][2]
    assert type(again["read only"]) is ReadOnlyDict


def diagnose(folder: Path, **environment: str | None) -> None:
    """A cold `charley diagnose` in the folder."""
    given = {**os.environ, **environment}
    subprocess.run(
        [sys.executable, "-c", "from charley.cli import main; main()", "diagnose", str(RECORD)],
        cwd=folder,
        env={name: value for name, value in given.items() if value is not None},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def test_a_relative_path_to_the_cache_is_ignored(tmp_path: Path) -> None:
    here, home = tmp_path / "here", tmp_path / "home"
    here.mkdir(), home.mkdir()
    diagnose(here, CHARLEY_CACHE=None, XDG_CACHE_HOME="cache", HOME=str(home))
    assert not list(here.iterdir())
    assert len(list((home / ".cache" / "charley").iterdir())) == 1


def test_nothing_is_kept_where_there_is_no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # what it says of an unknown user
    for name in ("CHARLEY_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    assert load(SMALL).id == "ailing_plant"
    assert not list(tmp_path.iterdir())


def _pipe(file: Path) -> None:
    os.mkfifo(file)


def _folder(file: Path) -> None:
    file.mkdir()


def _link_to_a_pipe(file: Path) -> None:
    os.mkfifo(file.parent / "pipe")
    file.symlink_to(file.parent / "pipe")


def _link_to_itself(file: Path) -> None:
    file.symlink_to(file)


@pytest.mark.parametrize("put", [_pipe, _folder, _link_to_a_pipe, _link_to_itself])
def test_what_is_no_file_is_left_as_it_is(put: Callable[[Path], None], room: Path) -> None:
    made = load(SMALL)
    file = file_in(room)
    file.unlink()
    put(file)
    before = os.lstat(file)
    assert load(SMALL) == made
    after = os.lstat(file)
    assert (before.st_mode, before.st_ino) == (after.st_mode, after.st_ino)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="there are no owners of folders to compare")
def test_a_folder_that_others_can_write_to_is_not_used(room: Path) -> None:
    load(SMALL)
    file = file_in(room)
    room.chmod(0o777)
    file.write_bytes(b"")
    assert load(SMALL).id == "ailing_plant"
    assert file.read_bytes() == b""


def test_what_depends_on_a_key_is_kept_under_it(room: Path) -> None:
    made: list[str] = []

    def make() -> Lexicon:
        made.append("made")
        return Lexicon({"leg": "LEG"}, {}, ["leg"], [])

    first = kept(lambda: digest_of("words", [b"a", b"b"]), make, Lexicon)
    assert kept(lambda: digest_of("words", [b"a", b"b"]), make, Lexicon) == first and len(made) == 1
    for name, key in (("words", [b"ab"]), ("words", [b"a", b"c"]), ("others", [b"a", b"b"])):
        kept(partial(digest_of, name, key), make, Lexicon)
    assert len(made) == 4
