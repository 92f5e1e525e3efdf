"""Explain a YAML syntax error to the author of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

__all__ = ["yaml_problem"]

_SET = re.compile(r"(\w+) in $")
_ELSEWHERE = "look for a missing quote, bracket or colon, or for wrong indentation, here or just above"


def yaml_problem(error: Any, lines: Sequence[str]) -> tuple[int, int, str, str]:
    """Line and column (from 1), message and help of a `yaml.MarkedYAMLError` about the lines."""
    context, problem = str(error.context or ""), str(error.problem or "")
    opened = error.context_mark or error.problem_mark
    here = error.problem_mark or opened
    if here is None:
        return 1, 1, *_words(context, problem)
    line, column = here.line, here.column
    rest = [lines[line][column:] if line < len(lines) else "", *lines[line + 1 :]]
    if rest[0].startswith("\t"):
        problem = "tab character"
    message, help = _words(context, problem)
    # What was opened and never closed is noticed at the end; the place to look at is where it was opened.
    if not any(each.strip() for each in rest):
        if "quoted scalar" in context:
            line, column = opened.line, opened.column
        elif "flow" in context:
            message, help = "the bracket that opens here is not closed", "close it, or add a comma"
            line, column = max(
                (number, max(each.rfind("["), each.rfind("{")))
                for number, each in enumerate(lines)
                if "[" in each or "{" in each
            )
    elif "flow" in context and rest[0].startswith("{") and (before := _SET.search(lines[line][:column])):
        message = "a text with `{` needs quotes inside of brackets"
        help = f'write `"{before[1]} in {{...}}"`'
        column = before.start()
    elif "flow" in context and opened.line < line:
        help = f"add it; the bracket opened in line {opened.line + 1}"
    return line + 1, column + 1, message, help


def _words(context: str, problem: str) -> tuple[str, str]:
    read = f"{context} {problem}"
    for sign, message, help in (
        ("expected a single document", "more than one document in a file", "keep what stands before `---`"),
        ("end of stream", "the quote that opens here is not closed", "close it"),
        ("tab character", "a tab stands where blanks indent", "indent with blanks"),
        ("cannot start any token", "a text cannot start with this sign", "put the text in quotes"),
        ("mapping values are not allowed", "a colon has no place here",
         "put a text that has a colon in quotes, or correct the indentation"),
        ("flow", "a comma or a closing bracket is missing before this", "add it"),
        ("expected ':'", "a colon is missing after this", "write `key: value`"),
        ("escape", "a backslash in double quotes starts a sign, and this is none",
         "write two backslashes, or use single quotes"),
        ("document start", "this does not line up with what stands above", "indent it as its neighbours are"),
        ("block", "this does not line up with what stands above", "indent it as its neighbours are"),
        ("undefined alias", "anchors and aliases are not supported",
         "put a text that starts with `*` in quotes"),
    ):  # fmt: skip
        if sign in read:
            return message, help
    return f"not readable as YAML or JSON: {' '.join(read.split())}", _ELSEWHERE
