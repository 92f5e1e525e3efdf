"""What an author most likely meant who named choices in a way that has no meaning."""

from __future__ import annotations

import ast

__all__ = ["instead"]


def instead(fact: str, op: ast.cmpop, right: ast.expr) -> str | None:
    """How to write it: `site in {calf, thigh}` for `site == (calf or thigh)`; None where it is not plain."""
    negated = isinstance(op, ast.NotEq | ast.NotIn | ast.IsNot)
    match right:
        case (
            ast.UnaryOp(op=ast.Not(), operand=inner)
            | ast.Set(elts=[ast.UnaryOp(op=ast.Not(), operand=inner)])
        ):
            right, negated = inner, not negated
    names = list(dict.fromkeys(_named(right) or ()))
    if not names:
        return None
    if len(names) == 1:
        return f"write `{fact} {'!=' if negated else '=='} {names[0]}`"
    return f"write `{fact} {'not in' if negated else 'in'} {{{', '.join(names)}}}`"


def _named(node: ast.expr) -> list[str] | None:
    """The choices that a part names, however they are joined; None where it holds anything else."""
    match node:
        case ast.Name(id=choice):
            return [choice]
        case ast.Constant(value=str(choice)) if choice.isidentifier():
            return [choice]
        case ast.Set(elts=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.BoolOp(values=parts):
            found = [_named(part) for part in parts]
            return None if None in found else [name for names in found if names for name in names]
        case _:
            return None
