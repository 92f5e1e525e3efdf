"""The tools: each a question to the engine, answered from what is sent with it and from nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver.tools import Tool
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic_core import to_json

from charley.documents.model import Frozen
from charley.engine.expert import Expert
from charley.engine.explain.words import PURPOSE
from charley.facts.wording import Audience
from charley.serve.api import consulting
from charley.serve.api.catalogue import fact_shown, facts_found, identity_of
from charley.serve.api.models import answers as said
from charley.serve.api.models import requests as asked
from charley.serve.api.outcome import outcome
from charley.serve.mcp import results
from charley.serve.mcp.arguments import Facts, Record, explained, known, record_of, worded

__all__ = ["MOST_FACTS", "Run", "tools"]

MOST_FACTS = 25
"""Facts that `vocabulary` shows at once."""

T = TypeVar("T")
Run = Callable[[Callable[[Expert], Any]], Awaitable[Any]]
"""Where the work is done: in this thread, or in one of its own."""


def tools(expert: Expert, audience: Audience, run: Run) -> list[Tool]:
    """The tools of a base, worded for this audience."""

    async def vocabulary(find: str = "") -> Annotated[CallToolResult, results.FactsFound]:
        """Facts that a record may hold: ids, wording, units, choices. `find` keeps those with these words."""
        return _said(_vocabulary(expert, audience, find))

    async def read_text(text: str) -> Annotated[CallToolResult, said.TextRead]:
        """Facts that a story states, each with its words. Have the person confirm them before use."""
        return _said(await run(lambda own: consulting.read_text(own, worded("text", text), audience)))

    async def diagnose(record: Record) -> Annotated[CallToolResult, results.Diagnosis]:
        """Urgency and what to do first, warnings, the leading diagnoses, rule ids. Show urgency first."""
        told = record_of(expert, "record", record)
        found = await run(lambda own: outcome(own, own.assess(told), audience, "short"))
        return _said(results.shortened(found))

    async def next_screen(
        record: Record, unknown: Facts = (), last_topic: str = "", later: Facts = (), recommend: bool = False
    ) -> Annotated[CallToolResult, said.ScreenAnswer]:
        """What to ask next: a list to tick, or a form. `recommend` also says whether to go on."""
        told = record_of(expert, "record", record, known(expert, "unknown", unknown))
        where = asked.NextScreen(
            last_topic=last_topic or None, later=known(expert, "later", later), recommend=recommend
        )
        return _said(await run(lambda own: consulting.screen(own, told, audience, where)))

    async def explain(
        record: Record, kind: str, candidate: str = "", other: str = "", fact: str = ""
    ) -> Annotated[CallToolResult, results.Explanation]:
        """`kind`: how, why_not (a candidate), contrast (with `other`), why (a fact), distance, fragility."""
        told = record_of(expert, "record", record)
        question = explained(kind, candidate, other, fact)
        found = await run(lambda own: consulting.explanation(own, told, audience, question))
        return _said(results.in_words(found))

    async def what_if(record: Record, changes: Record) -> Annotated[CallToolResult, said.WhatIfAnswer]:
        """Before and after, if these answers were given."""
        told, supposed = record_of(expert, "record", record), record_of(expert, "changes", changes)
        return _said(await run(lambda own: consulting.supposed(own, told, audience, supposed)))

    async def follow_up(record: Record, question: str) -> Annotated[CallToolResult, said.FollowUpAnswer]:
        """The answer to a question in words, such as `could it be a clot?`. Warnings come first."""
        told = record_of(expert, "record", record)
        words = worded("question", question)
        return _said(await run(lambda own: consulting.followed_up(own, told, audience, words)))

    async def about_base() -> Annotated[CallToolResult, results.AboutBase]:
        """Source, purpose, limits and state of review of the rules."""
        return _said(results.about(expert, audience))

    made = (vocabulary, read_text, diagnose, next_screen, explain, what_if, follow_up, about_base)
    return [_tool(each) for each in made]


def _vocabulary(expert: Expert, audience: Audience, find: str) -> results.FactsFound:
    found = facts_found(expert, worded("find", find) or None)
    groups: dict[str, tuple[str, ...]] = {}
    if not find.strip():
        found = []
        for fact in expert.vocabulary.values():
            groups[fact.group] = (*groups.get(fact.group, ()), fact.id)
    return results.FactsFound.made(
        status=PURPOSE,
        facts=tuple(fact_shown(fact, audience) for fact in found[:MOST_FACTS]),
        more=max(0, len(found) - MOST_FACTS),
        groups=groups,
        knowledge_base=results.source(identity_of(expert)),
    )


def _tool(function: Callable[..., Any]) -> Tool:
    """A tool that reads only, with schemas that say no more than a host needs."""
    reads = ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    tool = Tool.from_function(function, annotations=reads, structured_output=True)
    assert tool.fn_metadata.output_schema is not None
    tool.fn_metadata.output_schema = results.outline(tool.fn_metadata.output_schema)
    tool.parameters = results.bare(tool.parameters)
    return tool


def _said(found: Frozen) -> CallToolResult:
    """A result for programs, and the same as text for hosts that hand on text alone."""
    text = TextContent(type="text", text=to_json(found).decode())
    return CallToolResult(content=[text], structured_content=results.plain(found))
