"""Feedback: what was done with a card counts for its rules, and nothing of a patient is kept."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("joserfc", reason="the extra `serve` is not installed")
pytest.importorskip("sqlalchemy", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="starlette's test client needs it")

from click.testing import CliRunner
from hooks import BIRTH, SERVICE, SWOLLEN, bundle, call, client
from serving import serving
from starlette.testclient import TestClient

from charley.cli import main
from charley.documents.diagnostic import Faulty
from charley.engine.expert import load
from charley.serve.cds.feedback import Feedback, FeedbackStore, Shown
from charley.serve.cds.reasons import OVERRIDE_REASONS
from charley.serve.cds.store_thread import MOST_WAITING, StoreThread
from charley.serve.cds.surface import LAG

BASE = "nocturnal_leg_pain"
WHEN = "2026-11-29T08:00:00Z"
CARD = "9368d37b-283f-44a0-93ea-547cebab93ed"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'kept' / 'feedback.sqlite'}"


@pytest.fixture
def used(url: str) -> TestClient:
    return client(feedback=url)


def sent(used: TestClient) -> dict[str, str]:
    """The cards of a patient with a swollen leg: the identifier by the summary."""
    got = used.post(SERVICE, json=call(answers=bundle(SWOLLEN)))
    return {card["summary"]: card["uuid"] for card in got.json()["cards"]}


def told(card: str, outcome: str = "overridden", when: str = WHEN, **more: Any) -> dict[str, Any]:
    return {"card": card, "outcome": outcome, "outcomeTimestamp": when, **more}


def post(used: TestClient, *entries: Any) -> int:
    return used.post(f"{SERVICE}/feedback", json={"feedback": list(entries)}).status_code


def test_a_card_counts_once_by_what_was_done_last(used: TestClient, url: str) -> None:
    found = sent(used)
    clot = next(uuid for summary, uuid in found.items() if "Deep vein" in summary)
    reason = {"reason": OVERRIDE_REASONS[0], "userComment": "Mrs Miller was scanned"}
    accepted = told(clot, "accepted", "2026-11-29T10:00:00+02:00", acceptedSuggestions=[{"id": "x"}])
    assert post(used, told(clot, when="2026-11-29T08:30:00Z", overrideReason=reason), accepted) == 200
    sent(used)
    rates = {each.rule: each for each in FeedbackStore(url).by_rule(BASE)}
    swollen = rates["dvt-one-swollen-leg"]
    # 08:30 UTC is later than 10:00 two hours ahead of it. The rule is behind its flag, and behind the
    # differential, of both calls.
    assert (swollen.shown, swollen.accepted, swollen.overridden) == (4, 0, 1)
    assert swollen.reason == OVERRIDE_REASONS[0]["code"]
    assert rates["pe-chest-and-leg-signs"].override_rate == 0


def test_nothing_of_a_patient_is_in_the_store(used: TestClient, url: str) -> None:
    found = sent(used)
    reason = {"reason": {"code": "x", "display": "Mrs Miller"}, "userComment": "Mrs Miller was scanned"}
    assert post(used, told(next(iter(found.values())), overrideReason=reason)) == 200
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        text = "\n".join(connection.iterdump())
    connection.close()
    assert "dvt-one-swollen-leg" in text
    for value in ("Miller", BIRTH[:4], "Practitioner", "Patient", "67", "swelling: yes"):
        assert not re.search(rf"(?<![0-9a-f-]){value}(?![0-9a-f-])", text), value


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {},
        told("no uuid"),
        told(CARD, "ignored"),
        told(CARD, when="yesterday"),
        told(CARD, when="2026-13-41T08:00:00Z"),
        told(CARD, when="2026-11-29"),
        told(CARD, "accepted"),
        told(CARD, "accepted", acceptedSuggestions=[]),
        told(CARD, "accepted", acceptedSuggestions=[{}]),
        told(CARD, overrideReason="no"),
        told(CARD, overrideReason={}),
        told(CARD, overrideReason={"reason": {"display": "no code"}}),
    ],
)
def test_feedback_of_another_form_is_refused_whole(used: TestClient, url: str, entry: Any) -> None:
    good = told(next(iter(sent(used).values())))
    assert post(used, good, entry) == 400
    assert all(each.overridden == 0 for each in FeedbackStore(url).by_rule(BASE))


def test_a_comment_alone_is_a_reason(used: TestClient) -> None:
    card = next(iter(sent(used).values()))
    assert post(used, told(card, overrideReason={"userComment": "seen already"})) == 200


def test_a_card_that_was_never_sent_is_not_known(used: TestClient) -> None:
    assert post(used, told(CARD)) == 404


def test_without_a_store_there_is_no_feedback_and_there_are_cards() -> None:
    plain = client()
    assert len(sent(plain)) > 1
    assert post(plain, told(CARD)) == 404


def test_decision_support_does_not_wait_for_a_store(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "full"
    file.write_text("this is no database, and is long enough to be told from one that is empty" * 20)
    broken = client(feedback=f"sqlite:///{file}")
    found = sent(broken)
    assert len(found) > 1
    assert post(broken, told(next(iter(found.values())))) == 503
    assert "is not available" in caplog.text and str(file) not in caplog.text


class Held(FeedbackStore):
    """A store that another process holds until it lets go."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.free, self.written = threading.Event(), list[int]()

    def show(self, cards: Iterable[Shown]) -> None:
        assert self.free.wait(20)
        found = list(cards)
        self.written.append(len(found))
        super().show(found)


def shown(count: int) -> list[Shown]:
    return [Shown(str(uuid.uuid4()), "x", ("rule",), "plants", "plants", "0") for _ in range(count)]


def test_cards_that_wait_are_written_together_and_before_what_comes_after(url: str) -> None:
    store = Held(url)
    thread, sent = StoreThread(store), shown(30)
    thread.remember([])
    for at in range(0, 30, 3):
        thread.remember(sent[at : at + 3])
    store.free.set()
    known = asyncio.run(thread.run(lambda store: store.known([each.uuid for each in sent])))
    assert known == {each.uuid for each in sent}
    assert sum(store.written) == 30 and len([each for each in store.written if each]) <= 2
    thread.finish()


def test_no_more_wait_than_fit_and_those_are_written_at_the_end(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = Held(url)
    thread, sent = StoreThread(store), shown(MOST_WAITING)
    thread.remember(sent)
    while thread._waiting:  # the thread has taken them, and is held
        time.sleep(0.01)
    thread.remember(shown(MOST_WAITING))
    assert not caplog.text
    thread.remember(shown(1))
    assert "cards were sent that it does not know" in caplog.text
    store.free.set()
    thread.finish()
    assert sum(store.written) == 2 * MOST_WAITING


def test_cards_that_were_sent_are_written_before_the_server_ends(url: str) -> None:
    body = json.dumps(call(answers=bundle(SWOLLEN))).encode()
    head = f"POST {SERVICE} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n"
    request = head.encode() + f"content-length: {len(body)}\r\n\r\n".encode() + body
    with serving("--workers", "2", "--feedback", url) as server:
        answers = [server.send(request).split(b"\r\n\r\n", 1)[1] for _ in range(2)]
        assert server.end() == 0
        assert server.err == ""
    uuids = [card["uuid"] for answer in answers for card in json.loads(answer)["cards"]]
    assert len(uuids) > 3
    assert FeedbackStore(url).known(uuids) == set(uuids)


def test_cards_of_another_process_are_known_a_moment_later(used: TestClient, url: str) -> None:
    late = shown(1)
    timer = threading.Timer(LAG / 10, FeedbackStore(url).show, [late])
    with used:
        sent(used)  # the tables are there
        timer.start()
        assert post(used, told(late[0].uuid)) == 200
    timer.join()


def test_tokens_are_remembered_until_they_expire(url: str) -> None:
    first, second = FeedbackStore(url), FeedbackStore(url)  # two processes of one server
    later = time.time() + 100
    assert not first.seen_before("issuer", "one", later)
    assert second.seen_before("issuer", "one", later)
    assert not second.seen_before("another", "one", later)
    assert not first.seen_before("issuer", "old", 1.0)
    assert not second.seen_before("issuer", "old", 1.0)


def test_a_store_that_cannot_be_used_is_refused_at_the_start(tmp_path: Path) -> None:
    for url in ("no url", "nosuchdatabase://x", f"sqlite:///{tmp_path}"):
        with pytest.raises(Faulty):
            FeedbackStore(url).checked()


def test_the_audit_shows_the_override_rate_of_every_rule(tmp_path: Path) -> None:
    pytest.importorskip("z3", reason="the audit needs its solver")
    small = str(Path(__file__).parents[1] / "small_base")
    base, file = load(small), tmp_path / "feedback.sqlite"
    rule, store = next(iter(base.rules)), FeedbackStore(f"sqlite:///{file}")
    others = [str(uuid.uuid4()) for _ in range(3)]
    about = "plants", base.about.id, base.digest
    store.show([Shown(each, "x", (rule,), *about) for each in (CARD, *others)])
    store.take([Feedback(CARD, "overridden", WHEN, "patient-ineligible")])
    reports = [tmp_path / name for name in ("report.html", "report.md", "report.json")]
    for report in reports:
        CliRunner().invoke(main, ["audit", small, "--feedback", str(file), "--out", str(report)])
    page, text, data = (report.read_text() for report in reports)
    assert f"<td>{rule}</td>" in page and "patient-ineligible" in page
    assert f"| {rule} | 4 | 0 | 1 | 25 % | patient-ineligible |" in text
    assert json.loads(data)["feedback"][0]["overridden"] == 1
    got = CliRunner().invoke(main, ["audit", small, "--feedback", str(file)])
    assert next(line for line in got.stdout.splitlines() if line.startswith(rule)).split() == [
        *(rule, "4", "1", "25", "%", "patient-ineligible")
    ]
    missing = CliRunner().invoke(main, ["audit", small, "--feedback", "nosuchdatabase://x"])
    assert (missing.exit_code, "cannot be used" in missing.stderr) == (2, True)
