"""What people are handed to look at, opened in a real browser."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from foreign import CHROMIUM, QUIET

from charley.cli import main

OPTIONS = ["--headless", "--virtual-time-budget=5000", *QUIET]
PROBE = """<script>
addEventListener("load", () => document.documentElement.setAttribute("data-seen",
  [document.documentElement.scrollWidth, innerWidth, performance.getEntriesByType("resource").length]))
</script>"""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here to open a page in")

HANDED = {
    "hand-over": ["report", "examples/swollen-calf.yaml", "--out"],
    "hand-over of nothing": ["report", "nobody.yaml", "--out"],
    "audit": ["audit", "tests/small_base", "--out"],
}


@pytest.fixture(scope="module", params=HANDED)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    (folder / "nobody.yaml").write_text("{}")
    root = Path(__file__).parents[2]
    words = [str(folder / word) if word == "nobody.yaml" else word for word in HANDED[request.param]]
    words = [str(root / word) if (root / word).exists() and "/" in word else word for word in words]
    out = folder / f"{request.param.replace(' ', '-')}.html"
    found = CliRunner().invoke(main, [*words, str(out)])
    assert out.exists(), found.output
    return out


@pytest.fixture
def browse(tmp_path: Path) -> Callable[..., str]:
    def run(page: Path, *options: str) -> str:
        command = [str(CHROMIUM), *OPTIONS, f"--user-data-dir={tmp_path}", *options, page.as_uri()]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout

    return run


@pytest.mark.parametrize("width", [500, 1200])
def test_a_page_fits_its_window_and_fetches_nothing(
    page: Path, browse: Callable[..., str], tmp_path: Path, width: int
) -> None:
    probed = tmp_path / "probed.html"
    probed.write_text(page.read_text("utf-8") + PROBE, "utf-8")
    seen = re.search(
        r'data-seen="(\d+),(\d+),(\d+)"', browse(probed, "--dump-dom", f"--window-size={width},900")
    )
    assert seen is not None
    scroll, inner, fetched = map(int, seen.groups())
    assert scroll <= inner, "the page is wider than its window"
    assert fetched == 0, "the page is not self-contained"


def test_a_page_fits_a_telephone(page: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright here to drive a browser")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        shown = browser.new_page(viewport={"width": 320, "height": 640})
        shown.goto(page.as_uri())
        assert shown.evaluate("document.documentElement.scrollWidth") <= 320
        browser.close()


TARGETS = """<script>
addEventListener("load", () => {
  const small = [...document.querySelectorAll("a:not(.skip)")].filter(a => {
    const box = a.getBoundingClientRect(); return box.width < 24 || box.height < 24 });
  document.documentElement.setAttribute("data-small", small.map(a => a.textContent).join("|"));
  document.documentElement.setAttribute("data-mains", document.querySelectorAll("main").length);
})
</script>"""


def test_every_link_is_large_enough_to_hit_and_the_content_is_one_landmark(
    page: Path, browse: Callable[..., str], tmp_path: Path
) -> None:
    probed = tmp_path / "probed.html"
    probed.write_text(page.read_text("utf-8") + TARGETS, "utf-8")
    shown = browse(probed, "--dump-dom", "--window-size=1200,900")
    assert 'data-small=""' in shown
    assert 'data-mains="1"' in shown


def test_a_hand_over_is_at_most_one_printed_sheet(
    browse: Callable[..., str], page: Path, tmp_path: Path
) -> None:
    printed = tmp_path / "printed.pdf"
    browse(page, f"--print-to-pdf={printed}", "--no-pdf-header-footer")
    pages = len(re.findall(rb"/Type\s*/Page\b", printed.read_bytes()))
    assert pages <= 2 if page.stem.startswith("hand-over") else pages > 1
