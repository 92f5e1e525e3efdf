"""What the design promises about the code: imports run one way, doors are few, importing is silent."""

from __future__ import annotations

import ast
import graphlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import charley

PACKAGE = Path(charley.__file__).parent
ROOT = PACKAGE.parent

FLOORS = (
    ("documents",),
    ("facts",),
    ("rules",),
    ("engine",),
    ("cohort", "pages"),
    ("terminal", "audit", "serve", "authoring"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
"""From the ground up. A room uses those on the floors below it, and none beside it."""
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MOST_FILES = 12
MOST_COMMANDS = 15
"""A file a family of commands: the folder is a table of contents, and is read as one."""
DOORS = {"experta": ["engine/session/_experta.py"], "jinja2": ["pages/templating.py"]}
KEPT_OUT = ("z3", "pyarrow", "numpy", "fastapi", "flask", "starlette")


def imported(file: Path) -> set[str]:
    """Every module that the file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            names.add(node.module or "")
    return names


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_imports_run_one_way(file: Path) -> None:
    room = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if room == "__init__":
        return
    used = {name.split(".")[1] for name in imported(file) if name.startswith("charley.")}
    climbs = {other for other in used if other != room and FLOOR[other] >= FLOOR[room]}
    assert climbs == set()


def test_no_circle_of_files_types_included() -> None:
    files = [*FILES, *(ROOT / "benchmarks").rglob("*.py")]
    modules = {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in files}
    uses: dict[str, set[str]] = {}
    for module, file in modules.items():
        if file.parent == PACKAGE and file.name == "__init__.py":
            continue  # its imports say where the public names are; no file of the package reads them there
        used = imported(file)
        uses[module] = {name for name in used if name in modules and name != module}
    graphlib.TopologicalSorter(uses).prepare()  # raises CycleError with the files of a circle


@pytest.mark.parametrize("folder", sorted({file.parent for file in FILES}), ids=str)
def test_no_folder_is_too_full_to_be_read(folder: Path) -> None:
    files = [file for file in folder.glob("*.py") if file.name != "__init__.py"]
    assert len(files) <= (MOST_COMMANDS if folder.name == "commands" else MOST_FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_foreign_engines_stay_behind_their_doors(file: Path) -> None:
    where = str(file.relative_to(PACKAGE))
    roots = {name.split(".")[0] for name in imported(file)}
    for module, doors in DOORS.items():
        assert module not in roots or where in doors
    if file.relative_to(PACKAGE).parts[0] in ("facts", "rules", "engine"):
        assert not roots & set(KEPT_OUT)
    if "z3" in roots:
        assert where.startswith("audit/")


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_importing_charley_is_silent_and_light() -> None:
    heavy = (*KEPT_OUT, "experta", "jinja2", "pint", "ucumvert", "prompt_toolkit")
    assert python(f"import charley, sys; print([m for m in {heavy} if m in sys.modules])") == "[]\n"


def test_diagnosing_never_pays_for_experta() -> None:
    code = "import charley, sys; charley.load().diagnose({'age': 67}); print('experta' in sys.modules)"
    assert python(code) == "False\n"


def test_a_record_that_is_diagnosed_in_words_waits_for_no_planes() -> None:
    code = f"""
import contextlib, io, sys
from charley.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    main(["diagnose", {str(ROOT / "examples" / "swollen-calf.yaml")!r}], standalone_mode=False)
late = (
    "charley.engine.kernel.planes", "charley.engine.ask.single_answers",
    "charley.audit", "charley.serve", "rich",
)
print([name for name in late if name in sys.modules])
"""
    assert python(code) == "[]\n"


def test_a_session_leaves_collections_and_the_root_logger_as_they_were() -> None:
    code = """
import collections, logging
before = dict(vars(collections)), logging.root.handlers[:], logging.root.level
import charley
c = charley.load().consult()
c.tell(age=67)
after = dict(vars(collections)), logging.root.handlers[:], logging.root.level
print(before == after)
"""
    assert python(code) == "True\n"


def test_no_two_files_of_tests_have_one_name() -> None:
    """pytest imports them by their names, and would take neither of two."""
    files: dict[str, Path] = {}
    for each in sorted((ROOT / "tests").rglob("test_*.py")):
        assert each.name not in files, f"{each} is called as {files[each.name]} is"
        files[each.name] = each


def test_the_public_names_are_one_flat_list_and_it_is_true() -> None:
    assert len(charley.__all__) == len(set(charley.__all__))
    for name in charley.__all__:
        assert getattr(charley, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'diagnoze'"):
        _ = charley.diagnoze  # type: ignore[attr-defined]


def test_the_version_is_said_once() -> None:
    said = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert said is not None and said[1] == charley.__version__


def test_no_registry_address_is_committed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout, so there is no list of committed files")
    hosts = ["pypi" + ".org", "files.python" + "hosted", "registry.npm" + "js", "/simp" + "le/"]
    for name in listed.stdout.splitlines():
        file = ROOT / name
        if (
            file.suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".cfg", ""}
            and file.is_file()
        ):
            text = file.read_text(errors="ignore")
            assert not [host for host in hosts if host in text], name


WAY = """
import contextlib, inspect, io, sys
from pathlib import Path
import charley
from charley.cli import main

room = str(Path(charley.__file__).parent)
seen = set()

def see(frame, event, argument):
    code = frame.f_code
    written = code.co_flags & inspect.CO_OPTIMIZED and not code.co_name.startswith("<")
    if event == "call" and written and code.co_filename.startswith(room):
        seen.add((code.co_filename, code.co_qualname))

with contextlib.redirect_stdout(io.StringIO()):
    main({arguments}, standalone_mode=False)  # prepares the base, and imports what is needed
    sys.setprofile(see)
    main({arguments}, standalone_mode=False)
    sys.setprofile(None)
print(len(seen), len({{file for file, _ in seen}}))
"""


@pytest.mark.parametrize(
    ("options", "functions", "files"), [(["--json"], 103, 24), ([], 165, 37)], ids=["as JSON", "in words"]
)
def test_the_way_of_a_record_is_short(options: list[str], functions: int, files: int) -> None:
    """The functions and files of the package that `charley diagnose` goes through. Do not let it grow."""
    arguments = ["diagnose", str(ROOT / "examples" / "swollen-calf.yaml"), *options]
    through, among = map(int, python(WAY.format(arguments=arguments)).split())
    assert 50 < through <= functions
    assert 10 < among <= files
