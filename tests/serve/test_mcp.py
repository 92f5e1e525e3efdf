"""The assistant's tools: what they say, how they refuse, and that no value told reaches a log."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
pytest.importorskip("anyio", reason="the extra `mcp` is not installed")

import anyio
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared.exceptions import MCPError

from charley.engine.expert import Expert
from charley.engine.explain.words import PURPOSE
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.facts.wording import Audience
from charley.rules.loading.cases import read_cases
from charley.rules.rule import Urgency
from charley.serve.mcp.server import Assistant, assistant

PROGRAM = "import sys; from charley.cli import main; main(sys.argv[1:])"
RECORD = {"age": 67, "unilateral_leg_swelling": True, "pain_site_calf": True, "previous_dvt": None}
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("vocabulary", {}),
    ("vocabulary", {"find": "leg swelling"}),
    ("read_text", {"text": "My left calf is swollen. No fever."}),
    ("diagnose", {"record": RECORD}),
    ("diagnose", {"record": {}}),
    ("diagnose", {"record": json.dumps({"age": 67})}),
    ("diagnose", {"record": {"age": 9}}),
    ("next_screen", {"record": {}}),
    ("next_screen", {"record": RECORD, "unknown": ["ferritin"], "last_topic": "warnings", "later": ["age"]}),
    ("next_screen", {"record": RECORD, "recommend": True}),
    ("explain", {"record": RECORD, "kind": "how"}),
    ("explain", {"record": RECORD, "kind": "why", "fact": "chest_pain"}),
    ("explain", {"record": RECORD, "kind": "why_not", "candidate": "cellulitis"}),
    ("explain", {"record": RECORD, "kind": "contrast", "candidate": "cellulitis", "other": "clot"}),
    ("explain", {"record": RECORD, "kind": "distance"}),
    ("explain", {"record": RECORD, "kind": "fragility"}),
    ("what_if", {"record": RECORD, "changes": {"fever_or_rigors": True, "age": None}}),
    ("follow_up", {"record": RECORD, "question": "could it be an infection?"}),
    ("about_base", {}),
]
TOOLS = sorted({name for name, _ in CALLS})


@pytest.fixture(scope="module")
def server(bundled: Expert) -> Assistant:
    return made(bundled, "clinician")


def made(expert: Expert, audience: Audience) -> Assistant:
    async def here(work: Callable[[Expert], Any]) -> Any:
        return work(expert)

    return assistant(expert, audience, here)


def talk(server: Any, conversation: Callable[[Client], Awaitable[None]]) -> None:
    """A session with the SDK's own client."""

    async def session() -> None:
        async with Client(server) as client:
            await conversation(client)

    anyio.run(session)


@pytest.mark.parametrize(("name", "arguments"), CALLS, ids=lambda each: str(each)[:50])
def test_every_answer_says_its_purpose_and_its_base(
    server: Assistant, bundled: Expert, name: str, arguments: dict[str, Any]
) -> None:
    async def conversation(client: Client) -> None:
        answer = await client.call_tool(name, arguments)
        assert not answer.is_error, answer.content
        said = answer.structured_content
        assert said == json.loads(answer.content[0].text)  # type: ignore[union-attr]
        assert said is not None and said["status"] == PURPOSE
        assert said["knowledge_base"]["digest"] == bundled.digest
        if "record" in arguments:
            assert said["urgency_words"]

    talk(server, conversation)


def test_diagnose_says_what_the_kernel_says_in_short(server: Assistant, bundled: Expert) -> None:
    async def conversation(client: Client) -> None:
        answer = (await client.call_tool("diagnose", {"record": RECORD})).structured_content
        d = bundled.diagnose(RECORD)
        assert answer is not None
        assert (answer["urgency"], answer["leader"]) == (d.urgency, d.leader)
        assert [each["id"] for each in answer["raised"]] == [each.candidate for each in d.flags]
        assert all(rule in bundled.rules for each in answer["raised"] for rule in each["rules"])
        assert answer["unanswered"] == list(d.unanswered)
        assert len(json.dumps(answer)) < 3000

    talk(server, conversation)


def test_the_tools_only_read_and_their_schemas_are_short(server: Assistant) -> None:
    async def conversation(client: Client) -> None:
        listed = (await client.list_tools()).tools
        assert sorted(each.name for each in listed) == TOOLS
        size = 0
        for tool in listed:
            hints = tool.annotations
            assert hints is not None
            assert (hints.read_only_hint, hints.idempotent_hint, hints.destructive_hint) == (
                True,
                True,
                False,
            )
            assert tool.description and tool.output_schema
            for schema in (tool.input_schema, tool.output_schema):
                size += len(json.dumps(schema, separators=(",", ":")))
        assert size < 4096

    talk(server, conversation)


def test_the_host_is_told_to_show_urgency_first(server: Assistant, bundled: Expert) -> None:
    async def conversation(client: Client) -> None:
        prompt = await client.get_prompt("consultation", {"story": "My calf hurts."})
        text = prompt.messages[0].content.text  # type: ignore[union-attr]
        assert server.instructions is not None
        for said in (text, server.instructions):
            for words in ("urgency_words", "Never soften", "Unknown is not false", "rule ids", PURPOSE):
                assert words in said
        assert "My calf hurts." in text and bundled.digest in server.instructions

    talk(server, conversation)


def test_rules_and_evidence_are_resources(server: Assistant, bundled: Expert) -> None:
    async def conversation(client: Client) -> None:
        for uri, key, value in [
            ("charley://rule/dvt-one-swollen-leg", "id", "dvt-one-swollen-leg"),
            ("charley://candidate/cellulitis", "id", "cellulitis"),
            (f"charley://candidate/{next(iter(bundled.alerts))}", "id", next(iter(bundled.alerts))),
            ("charley://evidence/WELLS2003", "key", "WELLS2003"),
            ("charley://vocabulary", "status", PURPOSE),
        ]:
            found = (await client.read_resource(uri)).contents[0]
            assert json.loads(found.text)[key] == value  # type: ignore[union-attr]
        for kind in ("rule", "candidate", "evidence"):
            with pytest.raises(MCPError, match=r"there is no .* `nope`"):
                await client.read_resource(f"charley://{kind}/nope")

    talk(server, conversation)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("diagnose", {"record": {"agee": 67}}, "F010 unknown fact `agee` (did you mean `age`?)"),
    ("diagnose", {"record": {"age": 500}}, "F012 `age` is 500, outside the plausible range (expected"),
    ("diagnose", {"record": {"serum_potassium": "4 kg"}}, "F013 "),
    ("diagnose", {"record": [1]}, "F004 `record` is an object"),
    ("diagnose", {"record": {"age": [[[[1]]]]}}, "F004 `record` nests too deeply"),
    ("diagnose", {}, "F004 `record` is missing"),
    ("diagnose", {"record": {}, "recrd": {}}, "`diagnose` has no argument `recrd` (did you mean `record`?)"),
    ("diagnoze", {"record": {}}, "there is no tool `diagnoze` (did you mean `diagnose`?)"),
    ("next_screen", {"record": {}, "unknown": ["agee"]}, "F010 unknown fact `agee`"),
    ("next_screen", {"record": {}, "later": "age"}, "F004 `later` is a list of facts"),
    ("next_screen", {"record": {}, "recommend": []}, "F004 `recommend` is true or false"),
    ("explain", {"record": {}, "kind": "wy"}, "F004 there is no kind `wy` (did you mean `why`?)"),
    ("explain", {"record": {}, "kind": "why_not"}, "F004 `candidate` is missing"),
    (
        "explain",
        {"record": {}, "kind": "how", "candidate": "celulitis"},
        "R003 unknown candidate `celulitis`",
    ),
    ("what_if", {"record": {}, "changes": {"age": "old"}}, "F011 `age` needs a number"),
    ("read_text", {"text": 5}, "F004 `text` is text"),
    ("read_text", {"text": "x" * 30_000}, "F004 `text` is longer than"),
]


@pytest.mark.parametrize(("name", "arguments", "said"), REFUSED, ids=[each[2][:30] for each in REFUSED])
def test_every_refusal_is_in_our_words(
    server: Assistant, name: str, arguments: dict[str, Any], said: str
) -> None:
    async def conversation(client: Client) -> None:
        answer = await client.call_tool(name, arguments)
        assert answer.is_error
        text = answer.content[0].text  # type: ignore[union-attr]
        assert text.startswith(said)
        assert "pydantic" not in text

    talk(server, conversation)


def test_a_fault_of_ours_tells_nobody_what_was_told(
    server: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the patient is 67")

    monkeypatch.setattr("charley.serve.mcp.tools.outcome", broken)

    async def conversation(client: Client) -> None:
        answer = await client.call_tool("diagnose", {"record": {"age": 67}})
        text = answer.content[0].text  # type: ignore[union-attr]
        assert answer.is_error and text.startswith("this is a fault of Charley: RuntimeError at ")
        assert "67" not in text

    talk(server, conversation)
    assert caplog.text == ""


def test_null_is_unknown_and_is_not_asked_for(server: Assistant) -> None:
    async def conversation(client: Client) -> None:
        first = (await client.call_tool("next_screen", {"record": {"age": 60}})).structured_content
        assert first is not None
        facts = [each["fact"] for each in first["screen"]["questions"]]
        record = {"age": 60, **dict.fromkeys(facts)}
        then = (await client.call_tool("next_screen", {"record": record})).structured_content
        assert then is not None
        assert not {each["fact"] for each in then["screen"]["questions"]} & set(facts)
        assert then["urgency"] == first["urgency"]

    talk(server, conversation)


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)
facts = st.sampled_from(["age", "ferritin", "pain_laterality", "chest_pain"]) | st.text(max_size=8)
names = st.sampled_from(
    ["record", "changes", "unknown", "later", "text", "question", "kind", "find", "recommend"]
)
calls = st.tuples(
    st.sampled_from(TOOLS) | st.text(max_size=8),
    st.dictionaries(
        names | st.text(max_size=6), values | st.dictionaries(facts, values, max_size=4), max_size=4
    ),
)


@given(st.lists(calls, min_size=50, max_size=50))
@settings(max_examples=20, suppress_health_check=list(HealthCheck))
def test_a_thousand_malformed_calls_are_answered(server: Assistant, asked: list[Any]) -> None:
    async def conversation(client: Client) -> None:
        for name, arguments in asked:
            answer = await client.call_tool(name, arguments)
            text = answer.content[0].text  # type: ignore[union-attr]
            assert answer.is_error or json.loads(text)["status"] == PURPOSE
            for word in ("fault of Charley", "pydantic", "Traceback", "Error executing"):
                assert word not in text or word in str(arguments)

    talk(server, conversation)


def test_an_assistant_that_only_asks_reaches_the_urgency_of_the_kernel(bundled: Expert) -> None:
    """Twelve patients to be seen today or at once, who know what their case tells as far as a patient can.

    What waits for a premise is left out: somebody who knows nothing else cannot answer the premise.
    """
    known = []
    for each in read_cases(bundled):
        record = each.answers.record
        truth = {id: record[id] for id in record if bundled.vocabulary[id].question("patient")}
        found = bundled.diagnose(truth)
        warned = {each.urgency for each in (*found.flags, *found.alerts)}
        at_once = all(bundled.vocabulary[id].ask_when is None for id in truth)
        if at_once and found.urgency in warned and found.urgency in ("emergency", "same_day"):
            known.append((truth, found.urgency))
    chosen = known[:: len(known) // 12][:12]
    assert {urgency for _, urgency in chosen} == {"emergency", "same_day"}

    async def play(client: Client, truth: Record, urgency: Urgency) -> None:
        record: dict[str, Value] = {}
        unknown: list[str] = []
        topic = ""
        for _ in range(200):
            told = {"record": record, "unknown": unknown, "last_topic": topic}
            answer = (await client.call_tool("next_screen", told)).structured_content
            assert answer is not None
            screen = answer["screen"]
            if screen is None or answer["urgency"] == "emergency":
                break
            topic = screen["topic"]
            for question in screen["questions"]:
                fact = question["fact"]
                if fact in truth:
                    record[fact] = bundled.vocabulary[fact].written(truth[fact])
                else:
                    unknown.append(fact)
        else:
            raise AssertionError("it asks on and on")
        found = (await client.call_tool("diagnose", {"record": record})).structured_content
        assert found is not None
        assert found["urgency"] in ("emergency", urgency), truth

    async def conversation(client: Client) -> None:
        for truth, urgency in chosen:
            await play(client, truth, urgency)

    talk(made(bundled, "patient"), conversation)


def test_a_real_process_answers_and_writes_no_value_anywhere(bundled: Expert, tmp_path: Path) -> None:
    log = tmp_path / "stderr"
    parameters = StdioServerParameters(command=sys.executable, args=["-c", PROGRAM, "mcp"])
    secret = "zebrafish4711"

    async def session() -> None:
        with log.open("w") as stderr:
            async with Client(stdio_client(parameters, errlog=stderr)) as client:
                answer = await client.call_tool("diagnose", {"record": RECORD})
                assert answer.structured_content is not None
                assert answer.structured_content["leader"] == bundled.diagnose(RECORD).leader
                for name, arguments in [
                    ("diagnose", {"record": {"age": secret}}),
                    ("diagnose", {"record": secret}),
                    ("diagnose", {secret: secret}),
                    (secret, {}),
                    ("read_text", {"text": {"a": secret}}),
                    ("follow_up", {"record": RECORD, "question": f"could it be {secret}?"}),
                    ("explain", {"record": {secret: 1}, "kind": secret}),
                ]:
                    await client.call_tool(name, arguments)
                with pytest.raises(MCPError):
                    await client.read_resource(f"charley://rule/{secret}")
                with pytest.raises(MCPError):
                    await client.get_prompt(secret)

    anyio.run(session)
    assert log.read_text() == ""


def test_what_is_no_message_is_passed_over_in_silence() -> None:
    start = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    lines = [
        json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": start}),
        '{"record": {"age": 4711',
        json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json.dumps({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": ["zebrafish"]}),
        json.dumps({"jsonrpc": "2.0", "id": 3, "method": "zebrafish", "params": {"a": "zebrafish"}}),
        "\x00\x01 zebrafish",
        json.dumps({"jsonrpc": "2.0", "id": 4, "method": "tools/list"}),
    ]
    command = [sys.executable, "-c", PROGRAM, "mcp", "--audience", "patient"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as server:
        assert server.stdin is not None and server.stdout is not None
        server.stdin.write("\n".join(lines) + "\n")
        server.stdin.flush()
        answers: list[dict[str, Any]] = []
        # The input is closed once all that can be is answered: what is in flight then may be dropped.
        while not {3, 4} <= {each.get("id") for each in answers} and (line := server.stdout.readline()):
            answers.append(json.loads(line))
        rest, errors = server.communicate(timeout=60)
    answers += [json.loads(line) for line in rest.splitlines()]
    assert (server.returncode, errors) == (0, "")
    assert {1, 3, 4} <= {each.get("id") for each in answers}


def test_the_server_offers_the_same_tools_at_an_address(bundled: Expert) -> None:
    pytest.importorskip("httptools", reason="the extra `serve` is not installed")
    from serving import serving

    with serving("--mcp") as served:

        async def conversation(client: Client) -> None:
            assert sorted(each.name for each in (await client.list_tools()).tools) == TOOLS
            answer = await client.call_tool("diagnose", {"record": RECORD})
            assert answer.structured_content is not None
            assert answer.structured_content["urgency"] == bundled.diagnose(RECORD).urgency
            refused = await client.call_tool("diagnose", {"record": {"age": "zebrafish"}})
            assert refused.is_error

        talk(f"{served.url}/mcp", conversation)
        foreign = b"POST /mcp HTTP/1.1\r\nhost: evil.example\r\ncontent-type: application/json\r\n"
        answer = served.send(foreign + b"connection: close\r\ncontent-length: 2\r\n\r\n{}")
        assert b" 421 " in answer.split(b"\r\n")[0]
        assert b"x-charley-digest" in answer
        stream = served.send(b"GET /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
        assert b" 405 " in stream.split(b"\r\n")[0] and b"application/problem+json" in stream
        served.end()
    assert "zebrafish" not in served.out + served.err and served.err == ""
