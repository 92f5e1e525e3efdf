"""The page on the Python interface says what the docstrings say, and the notebook runs from end to end."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

import charley

ROOT = Path(charley.__file__).parent.parent
NOTEBOOK = ROOT / "examples" / "embed.ipynb"


def test_the_page_is_what_is_generated() -> None:
    spec = importlib.util.spec_from_file_location("api_page", ROOT / "docs" / "api_page.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert written == module.page(), "run: python docs/api_page.py > docs/api.md"


def test_every_public_name_has_a_heading() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert all(f"\n## `{name}" in page for name in charley.__all__ if name != "__version__")


def test_the_notebook_is_kept_without_output() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert [cell for cell in cells if cell.get("outputs") or cell.get("execution_count")] == []


@pytest.mark.filterwarnings("ignore")  # of the kernel's own libraries
def test_the_notebook_runs(tmp_path: Path) -> None:
    nbclient = pytest.importorskip("nbclient", reason="needs nbclient")
    pytest.importorskip("ipykernel", reason="needs ipykernel")
    pytest.importorskip("pandas", reason="needs pandas")
    pytest.importorskip("pyarrow", reason="needs charley[cohort]")
    nbformat = pytest.importorskip("nbformat", reason="needs nbformat")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any(
        "text/html" in output.get("data", {}) and "<svg" in output["data"]["text/html"] for output in shown
    )
