"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from charley.documents.atomic import write_whole
from charley.engine.kept.cache import user_folder


def test_what_is_written_is_all_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    for content in ("one\n", "zwölf\n", b"\x00\x01"):
        write_whole(file, content)
        assert file.read_bytes() == (content if isinstance(content, bytes) else content.encode())
    assert list(tmp_path.iterdir()) == [file]


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


@pytest.mark.parametrize("mask", [0o022, 0o002, 0o027, 0o077, 0])
def test_the_umask_counts_and_a_patient_s_file_is_for_its_owner_only(
    tmp_path: Path, mask: int, umask: Callable[[int], int]
) -> None:
    umask(mask)
    for private, mode in ((False, 0o666 & ~mask), (True, 0o600)):
        file = tmp_path / f"{private}.txt"
        write_whole(file, "x", private=private)
        assert stat.S_IMODE(file.stat().st_mode) == mode


def test_a_file_that_is_written_again_keeps_its_permissions_unless_it_is_private(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("before")
    file.chmod(0o640)
    write_whole(file, "x")
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    write_whole(file, "x", private=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def _pipe(file: Path) -> None:
    os.mkfifo(file)


def _device(file: Path) -> None:
    try:
        os.mknod(file, stat.S_IFCHR | 0o600, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes a device node")


def _socket(file: Path) -> None:
    os.mknod(file, stat.S_IFSOCK | 0o600)


def _folder(file: Path) -> None:
    file.mkdir()


def _link_to_a_pipe(file: Path) -> None:
    os.mkfifo(file.parent / "pipe")
    file.symlink_to("pipe")


def _circle(file: Path) -> None:
    file.symlink_to(file.name)


@pytest.mark.parametrize("put", [_pipe, _device, _socket, _folder, _link_to_a_pipe, _circle])
def test_what_is_no_regular_file_is_refused_and_stays(tmp_path: Path, put: Callable[[Path], None]) -> None:
    file = tmp_path / "a"
    put(file)
    before = sorted((each.name, os.lstat(each).st_mode) for each in tmp_path.iterdir())
    for private in (False, True):
        with pytest.raises(OSError):
            write_whole(file, "x", private=private)
    assert sorted((each.name, os.lstat(each).st_mode) for each in tmp_path.iterdir()) == before


def test_a_user_s_folder_is_absolute_or_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    for named, folder in {
        "/there": "/there",
        "there": "/home/somebody/.cache",
        "~/there": "/home/somebody/.cache",
        "": "/home/somebody/.cache",
    }.items():
        monkeypatch.setenv("XDG_CACHE_HOME", named)
        assert user_folder("XDG_CACHE_HOME", ".cache") == Path(folder)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert user_folder("XDG_CACHE_HOME", ".cache") is None


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link, file = tmp_path / "link.txt", tmp_path / "there" / "file.txt"
    link.symlink_to(file)
    write_whole(link, "x")
    assert link.is_symlink() and file.read_text() == "x"


def test_a_disk_that_is_full_leaves_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.txt"
    write_whole(file, "before")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(file, "after")
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]
