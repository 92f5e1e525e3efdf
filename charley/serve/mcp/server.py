"""The engine as an MCP server: tools, resources and a prompt. No value that was told reaches a log."""

from __future__ import annotations

import logging
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError, UnexpectedToolError
from mcp_types import CallToolResult, InputRequiredResult
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from charley import __version__
from charley.documents.diagnostic import Faulty, nearest
from charley.engine.expert import Expert
from charley.facts.wording import Audience
from charley.serve.api.catalogue import vocabulary
from charley.serve.guard import place_of
from charley.serve.mcp.tools import Run, tools
from charley.serve.mcp.words import consultation, instructions
from charley.serve.service import Problem

__all__ = ["Assistant", "assistant"]

JSON = "application/json"


class Assistant(MCPServer[Any]):
    """The SDK's server, with refusals in our words: what is wrong, and what to do about it."""

    def __init__(self, expert: Expert, audience: Audience, run: Run) -> None:
        root = logging.getLogger()
        before = root.handlers[:], root.level
        made = tools(expert, audience, run)
        super().__init__(
            "charley",
            title="Charley",
            description=f"Differential diagnosis by rules: {expert.about.title}",
            instructions=instructions(expert),
            version=__version__,
            tools=made,
            subscriptions=False,
            log_level="CRITICAL",
        )
        # The SDK has set up the root logger, and would write what callers have sent at lower levels.
        root.handlers[:], root.level = before
        logging.getLogger("mcp").setLevel(logging.CRITICAL)
        self._arguments = {tool.name: tuple(tool.parameters["properties"]) for tool in made}

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool. Raises `ToolError`, whose message is for the caller alone."""
        known = self._arguments.get(name)
        if known is None:
            raise ToolError(_line(f"there is no tool `{name[:40]}`", nearest(name, self._arguments)))
        strange = [each for each in arguments if each not in known]
        if strange:
            help = nearest(strange[0], known) or f"it takes {', '.join(known) or 'none'}"
            raise ToolError(_line(f"`{name}` has no argument `{strange[0][:40]}`", help))
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError as error:
            raise ToolError(_expected(error.__cause__)) from None
        except ToolError as error:
            cause = error.__cause__
            said = _shape(cause) if isinstance(cause, ValidationError) else str(cause or error)
            raise ToolError(said) from None


def _expected(error: BaseException | None) -> str:
    """A failure of a tool in words."""
    match error:
        case Faulty():
            return "\n".join(_line(each.message, each.help, each.code) for each in error.diagnostics)
        case Problem():
            return error.title
        case _:
            return f"this is a fault of Charley: {'' if error is None else place_of(error)}"


def _shape(error: ValidationError) -> str:
    """Which arguments are missing or of another kind; what was sent is not repeated."""
    words = {"missing": "is missing", "string_type": "is text", "bool_type": "is true or false"}
    return "\n".join(
        _line(f"`{each['loc'][0]}` {words.get(each['type'], 'is of another kind')}", "", "F004")
        for each in error.errors(include_url=False, include_input=False)
    )


def _line(message: str, help: str, code: str = "") -> str:
    return f"{code} {message}".strip() + (f" ({help})" if help else "")


def assistant(expert: Expert, audience: Audience, run: Run) -> Assistant:
    """The server of a base, worded for this audience; `run` says where the work is done."""
    server = Assistant(expert, audience, run)

    def shown(found: BaseModel | None, kind: str, id: str) -> str:
        if found is None:
            raise ResourceNotFoundError(f"there is no {kind} `{id[:60]}`")
        return found.model_dump_json(exclude_none=True)

    @server.resource("charley://vocabulary", mime_type=JSON)
    def all_facts() -> str:
        """Everything that can be known about a patient."""
        return to_json(vocabulary(expert, audience, None)).decode()

    @server.resource("charley://rule/{id}", mime_type=JSON)
    def rule(id: str) -> str:
        """A rule: its condition, effects, reason, evidence and the state of its review."""
        return shown(expert.rules.get(id), "rule", id)

    @server.resource("charley://candidate/{id}", mime_type=JSON)
    def candidate(id: str) -> str:
        """A candidate or an alert."""
        return shown(expert.candidates.get(id) or expert.alerts.get(id), "candidate", id)

    @server.resource("charley://evidence/{key}", mime_type=JSON)
    def evidence(key: str) -> str:
        """A cited work, and what was seen of it."""
        return shown(expert.citations.get(key), "citation", key)

    @server.prompt(name="consultation", title="A consultation")
    def lead(story: str = "") -> str:
        """Lead a consultation by the tools, beginning with what the person says."""
        return consultation(expert, story)

    return server
