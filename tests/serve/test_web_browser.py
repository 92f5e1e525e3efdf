"""Whole consultations in a real browser: every audience, keyboard alone, without scripts, narrow, dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from foreign import CHROMIUM, QUIET
from serving import Served, serving

playwright = pytest.importorskip("playwright.sync_api", reason="no playwright here to drive a browser")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here to look with")
pytest.importorskip("starlette", reason="the extra `serve` is not installed")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here to open a page in")

OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

STORY = "I am 67 and my left calf has been swollen and sore for a week. I had a hip operation last month."
TOLD = ("67", "swollen", "operation", "calf", "unilateral_leg_swelling", "recent_bedrest")
"""What may stand in no address and in no log."""

WINDOWS: dict[str, dict[str, Any]] = {
    "as it is": {"viewport": {"width": 1280, "height": 900}},
    "320 px": {"viewport": {"width": 320, "height": 640}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "forced colours": {"viewport": {"width": 1280, "height": 900}, "forced_colors": "active"},
    "200 %": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
}


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as found:
        yield found
        assert found.end() == 0
        assert found.err == "", "the server wrote to standard error"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield found
        found.close()


class Reader:
    """A person at a browser. Everything that is fetched and every address is watched."""

    def __init__(self, browser: Any, served: Served, **options: Any) -> None:
        self.served = served
        self.context = browser.new_context(reduced_motion="reduce", **options)
        self.page = self.context.new_page()
        self.fetched: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.fetched.append(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)

    def open(self, path: str = "/") -> None:
        self.page.goto(self.served.url + path)

    def press(self, words: str) -> None:
        """Press a button, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.page.click(f"button:has-text('{words}'), a.button:has-text('{words}')")

    def show_on_the_picture(self) -> None:
        """Open the picture of the legs in place of a story."""
        self.open()
        self.page.check("input[value=patient]")
        self.press("Start")
        with self.page.expect_navigation():
            self.page.click("text=Show on a picture where it hurts")

    def begin(self, audience: str, story: str = STORY) -> None:
        self.open()
        self.page.check(f"input[value={audience}]")
        self.press("Start")
        if story:
            self.page.fill("#text", story)
            self.press("Continue")
            self.press("Yes, continue")
        else:
            self.press("Go straight to the questions")

    def answer(self) -> bool:
        """Answer the screen, with a no where that is possible; False where there is none."""
        if self.page.query_selector("#none") is not None:
            self.page.check("#none")
        elif fields := self.page.query_selector_all(".field"):
            for field in fields:
                field.query_selector("[name=unsure], [value=unsure]").check()
        else:
            return False
        self.press("Continue")
        return True

    def look(self) -> None:
        """What axe finds, what is wider than the window, and whether the purpose is said."""
        found = axe.Axe().run(self.page, options=OPTIONS).response["violations"]
        wrong = [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]
        assert wrong == [], self.page.title()
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.title()
        assert "Educational purpose only, pending human review" in self.page.inner_text("body")

    def close(self) -> None:
        """What must hold of everything that was done."""
        self.context.close()
        assert self.faults == []
        ours = (self.served.url, "data:", "blob:")
        assert [url for url in self.fetched if not url.startswith(ours)] == []
        for url in self.fetched:
            if "/kb/" in url:
                continue  # about the rules, whoever reads them
            readable = re.sub(r"/c/[\w-]+", "", url.removeprefix(self.served.url)).lower()
            assert not any(each in readable for each in TOLD), "an address says what was told"


@pytest.fixture
def reader(browser: Any, served: Served, request: pytest.FixtureRequest) -> Iterator[Reader]:
    found = Reader(browser, served, **getattr(request, "param", {}))
    yield found
    found.close()


MORE = ("answers", "compare?a=0&b=1", "dangers", "what-if", "take-home", "change/0")
CLINICAL = ("cause/1", "scores", "chart", "note")
CONSULTATIONS = [
    ("patient", "as it is", 3, (*MORE, "cause/1")),
    ("patient", "320 px", 2, ("answers", "chart", "take-home", "note", "what-if")),
    ("clinician", "dark", 2, CLINICAL),
    ("student", "forced colours", 1, ()),
    ("clinician", "200 %", 1, ("scores", "what-if")),
]


@pytest.mark.parametrize(
    ("audience", "window", "looks", "more"), CONSULTATIONS, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_whole_consultation(
    browser: Any, served: Served, audience: str, window: str, looks: int, more: tuple[str, ...]
) -> None:
    reader = Reader(browser, served, **WINDOWS[window])
    reader.open()
    reader.look()
    reader.begin(audience)
    screens = 0
    while True:
        if screens < looks:
            reader.look()
        if not reader.answer():
            break
        screens += 1
        assert screens < 60
    assert screens >= 2
    reader.look()  # the recommendation to stop
    reader.press("See the result")
    if audience == "student":
        reader.look()
        reader.page.select_option("#chosen-1", "restless_legs_syndrome")
        reader.press("Commit")
        assert "Your list, and where it stands" in reader.page.inner_text("main")
    assert "SAME DAY" in reader.page.inner_text("main")
    reader.look()
    at = reader.page.url.removesuffix("/result")
    for each in more:
        reader.page.goto(f"{at}/{each}")
        reader.look()
    reader.close()


GOVERNANCE = (
    "",
    "/candidates",
    "/candidates/deep_vein_thrombosis",
    "/rules?q=clot",
    "/rules/dvt-one-swollen-leg",
    "/evidence",
)


@pytest.mark.parametrize("reader", [WINDOWS["320 px"]], indirect=True, ids=["320 px"])
def test_the_pages_about_the_rules(reader: Reader) -> None:
    for page in GOVERNANCE:
        reader.open(f"/kb/nocturnal_leg_pain{page}")
        reader.look()


def test_a_consultation_by_keyboard_alone(reader: Reader) -> None:
    page, keys = reader.page, reader.page.keyboard

    def reach(selector: str) -> None:
        for _ in range(80):
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                box = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert box != "none" or "textarea" in selector, "the focus cannot be seen"
                return
            keys.press("Tab")
        raise AssertionError(f"{selector} cannot be reached")

    def press(selector: str) -> None:
        reach(selector)
        with page.expect_navigation():
            keys.press("Enter")

    reader.open()
    reach("input[name=audience]")
    keys.press("Space")
    press("form[action='/start'] button")
    reach("#text")
    keys.type("I am 67 and one leg is swollen")
    press("button[value=tell]")
    press("form[action$='/confirm'] button")
    for _ in range(40):
        fields = len(page.query_selector_all(".field"))
        if page.query_selector("#none") is None and not fields:
            break
        if page.query_selector("#none") is not None:
            reach("#none")
            keys.press("Space")
        for at in range(1, fields + 1):
            number = page.query_selector(f"#answer-{at}.number")
            reach(f"#answer-{at}-unsure" if number else f"input[name=answer-{at}]")
            keys.press("Space")
        press("form button:not(.second)")
    press("a.button")
    assert "SAME DAY" in page.inner_text("main")


@pytest.mark.parametrize("reader", [{"java_script_enabled": False}], indirect=True, ids=["no scripts"])
def test_a_consultation_without_scripts(reader: Reader) -> None:
    reader.begin("patient")
    reader.press("Continue")
    assert "There is a problem" in reader.page.inner_text("main")
    for _ in range(40):
        if not reader.answer():
            break
    reader.press("See the result")
    reader.page.fill("#question", "could it be a clot?")
    reader.press("Ask")
    assert "clot" in reader.page.inner_text("main")


@pytest.mark.parametrize("reader", WINDOWS.values(), indirect=True, ids=WINDOWS)
def test_the_picture_of_a_leg(reader: Reader) -> None:
    reader.show_on_the_picture()
    reader.look()
    calf = reader.page.locator(".legs .calf label")
    was = reader.page.evaluate("getComputedStyle(document.querySelector('.legs .calf .area')).fillOpacity")
    calf.click()
    assert reader.page.is_checked("[name=yes][value=pain_site_calf]")
    now = reader.page.evaluate("getComputedStyle(document.querySelector('.legs .calf .area')).fillOpacity")
    assert float(now) > float(was)
    reader.look()


@pytest.mark.parametrize("reader", [{"java_script_enabled": False}], indirect=True, ids=["no scripts"])
def test_the_picture_is_tapped_without_scripts(reader: Reader) -> None:
    reader.show_on_the_picture()
    reader.page.locator(".legs .thigh label").first.click()
    reader.press("Continue")
    with reader.page.expect_navigation():
        reader.page.click("text=Check your answers")
    assert "Is there pain in the thigh (front or back)?\nyes" in reader.page.inner_text("main")


def test_back_reload_and_a_second_tab_show_what_was_there(reader: Reader) -> None:
    page = reader.page
    reader.begin("patient")
    first = page.inner_text("main")
    reader.answer()
    second = page.inner_text("main")
    assert second != first
    page.go_back()
    assert page.inner_text("main") == first
    page.reload()
    assert page.inner_text("main") == first
    page.go_forward()
    assert page.inner_text("main") == second
    tab = reader.context.new_page()
    tab.goto(page.url)
    assert tab.inner_text("main") == second
    tab.check("#none") if tab.query_selector("#none") else tab.check("#answer-1-unsure")
    with tab.expect_navigation():
        tab.click("button:has-text('Continue')")
    page.reload()
    assert page.inner_text("main") == second, "the other tab has changed this one"


def test_none_of_these_and_the_lines_exclude_each_other(reader: Reader) -> None:
    page = reader.page
    reader.begin("patient")
    page.check("#yes-1")
    page.check("#unsure-2")
    page.check("#yes-2")
    assert not page.is_checked("#unsure-2")
    page.check("#none")
    assert not page.is_checked("#yes-1")
    assert not page.is_checked("#yes-2")
    page.check("#yes-1")
    assert not page.is_checked("#none")
    page.uncheck("#yes-1")
    reader.press("Continue")
    assert page.evaluate("document.activeElement.className") == "errors"
    page.click(".errors a")
    assert page.evaluate("document.activeElement.id") == "yes-1"


def test_an_emergency_stops_everything(reader: Reader) -> None:
    reader.begin("patient", "I am 67, my leg is swollen and I have chest pain")
    assert "Call for help now" in reader.page.inner_text("h1")
    assert reader.page.query_selector("input[type=checkbox]") is None
    reader.look()
    reader.press("Go on answering")
    assert "EMERGENCY" in reader.page.inner_text("main")
    reader.look()


def test_the_record_is_downloaded_and_brought_back_and_a_page_printed(reader: Reader, tmp_path: Path) -> None:
    page = reader.page
    reader.begin("patient")
    with page.expect_navigation():
        page.click("text=Stop here and see the result")
    with page.expect_download() as found:
        page.click("text=Download the answers")
    file = tmp_path / "consultation.yaml"
    found.value.save_as(file)
    with page.expect_navigation():
        page.click("text=Page to take home")
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.click("button:has-text('Print')")
    assert page.title() == "printed"
    reader.open()
    page.set_input_files("#file", file)
    reader.press("Go on with this file")
    with page.expect_navigation():
        page.click("text=Check your answers")
    assert "67 years" in page.inner_text("main")
