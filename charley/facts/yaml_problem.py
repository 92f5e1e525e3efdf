"""What is wrong with a text that is not YAML, said to whoever wrote it."""

from __future__ import annotations

from typing import Any

__all__ = ["yaml_problem"]

_ELSEWHERE = "look for a missing quote, bracket or colon, or for wrong indentation, here or just above"


def yaml_problem(error: Any, text: str) -> tuple[int, int, str, str]:
    """Line and column (from 1), message and help of a `yaml.MarkedYAMLError` about the text."""
    context, problem = str(error.context or ""), str(error.problem or "")
    here, opened = error.problem_mark, error.context_mark
    message, help = _words(context, problem)
    # What was opened and never closed is noticed far below; the place to look at is where it was opened.
    left_open = "quoted scalar" in context and "end of" in problem
    last = text.rstrip().count("\n")
    if "flow" in context and here and opened and (here.line > opened.line or here.line > last):
        message, help = "the bracket that opens here is not closed", "close it, or add a comma"
        left_open = True
    mark = (opened if left_open else here) or opened or here
    return (mark.line + 1, mark.column + 1, message, help) if mark else (1, 1, message, help)


def _words(context: str, problem: str) -> tuple[str, str]:
    said = f"{context} {problem}"
    for sign, message, help in (
        ("expected a single document", "more than one document in a file", "keep what stands before `---`"),
        ("end of stream", "the quote that opens here is not closed", "close it"),
        ("tab character", "a tab stands where blanks indent", "indent with blanks"),
        ("'\\t'", "a tab stands where blanks indent", "indent with blanks"),
        ("cannot start any token", "a text cannot start with this sign", "put the text in quotes"),
        ("mapping values are not allowed", "a colon has no place here",
         "put a text that has a colon in quotes, or correct the indentation"),
        ("flow", "a comma or a closing bracket is missing before this", "add it"),
        ("expected ':'", "a colon is missing after this", "write `key: value`"),
        ("block", "this does not line up with what stands above", "indent it as its neighbours are"),
        ("undefined alias", "anchors and aliases are not supported",
         "put a text that starts with `*` in quotes"),
    ):  # fmt: skip
        if sign in said:
            return message, help
    return f"not readable as YAML or JSON: {' '.join(said.split())}", _ELSEWHERE
