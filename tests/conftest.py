"""What every test shares: how hard hypothesis tries, where compiled bases are kept, `--update`."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import charley
from charley.engine.expert import Expert

HERE = Path(__file__).parent

settings.register_profile("quick", max_examples=60, deadline=None)
settings.register_profile(
    "thorough", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="Rewrite the expected texts under tests/bad.")


def pytest_configure(config: pytest.Config) -> None:
    """Prepared bases are kept in a folder of this run, for all its processes, not in the user's cache."""
    if "CHARLEY_CACHE" not in os.environ:
        folder = os.environ["CHARLEY_CACHE"] = tempfile.mkdtemp(prefix="charley-tests-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests have the same names in every process; without that, `-n` runs none of them."""
    addresses = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if addresses:
        raise pytest.UsageError(f"give the examples `ids` that are not addresses: {addresses[0]}")


@pytest.fixture(scope="session")
def bundled() -> Expert:
    """The bundled knowledge base."""
    return charley.load()


@pytest.fixture(autouse=True)
def the_same_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests, and in what terminal: lines are as wide, and colour is left to each test."""
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("NO_COLOR", "FORCE_COLOR", "CHARLEY_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected texts are to be rewritten."""
    return bool(request.config.getoption("--update"))


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Lay files over a copy of the small base, which stands in `plants` below the working folder."""

    def lay(over: Path | None = None) -> Path:
        base = tmp_path / "plants"
        shutil.copytree(HERE / "small_base", base)
        if over is not None:
            _overlay(over, base)
        monkeypatch.chdir(tmp_path)
        return base

    return lay


def _overlay(over: Path, base: Path) -> None:
    """Files replace files, a folder replaces a file, and the file `missing` names what is taken away."""
    for name in (over / "missing").read_text().split() if (over / "missing").exists() else ():
        (base / name).unlink()
    for file in sorted(over.rglob("*")):
        target = base / file.relative_to(over)
        if file.is_dir():
            if target.is_file():
                target.unlink()
            target.mkdir(exist_ok=True)
        elif file.name not in ("expected.txt", "missing"):
            shutil.copyfile(file, target)
