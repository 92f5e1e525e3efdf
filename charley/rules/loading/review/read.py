"""`reviews.yaml` and `keys.yaml`, read with the place of each entry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.document import Document, read_document
from charley.documents.model import Frozen
from charley.rules.loading.find import KEYS, REVIEWS
from charley.rules.loading.model_errors import shape_problems
from charley.rules.signoff.approval import Approval, ReviewerKey

__all__ = ["PlacedApproval", "placed_approvals", "read_approvals", "read_keys"]

M = TypeVar("M", bound=Frozen)


@dataclass(frozen=True)
class PlacedApproval:
    """An approval with its place in the file."""

    approval: Approval
    document: Document
    at: int

    def problem(self, key: str, code: str, message: str, help: str, severity: str = "warning") -> Diagnostic:
        """A diagnostic about one of its fields."""
        return self.document.problem([self.at, key], code, message, help, severity=severity)


def read_approvals(folder: Path) -> tuple[Approval, ...]:
    """The approvals that stand beside the rules. Raises `Faulty`."""
    return tuple(each.approval for each in placed_approvals(folder))


def placed_approvals(folder: Path) -> tuple[PlacedApproval, ...]:
    """The approvals with their places. Raises `Faulty`."""
    found = _items(folder / REVIEWS, Approval, "`charley review approve` writes this file")
    return tuple(PlacedApproval(approval, document, at) for approval, document, at in found)


def read_keys(file: Path) -> tuple[ReviewerKey, ...]:
    """The public keys of reviewers in a file, or in the folder of a base; none where there is none.

    Raises `Faulty`, also where one person has two keys.
    """
    found = _items(
        file / KEYS if file.is_dir() else file, ReviewerKey, "`charley review key` writes an entry"
    )
    persons: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for key, document, at in found:
        person = key.person
        if persons.setdefault(person, key.key) != key.key:
            help = "keep the one that is in use"
            problems.append(document.problem([at, "by"], "R006", f"`{key.by}` has a second key here", help))
        if list(persons.values()).count(key.key) > 1:
            help = "each person signs with a key of their own"
            problems.append(document.problem([at, "key"], "R006", "this key is given twice", help))
    if problems:
        raise Faulty(problems)
    return tuple(key for key, _, _ in found)


def _items(file: Path, model: type[M], help: str) -> list[tuple[M, Document, int]]:
    if not file.exists():
        return []
    document = read_document(file)
    if document.value is not None and not isinstance(document.value, list):
        raise Faulty([document.problem([], "F004", "a list is expected here", help)])
    found: list[tuple[M, Document, int]] = []
    problems: list[Diagnostic] = []
    for at, item in enumerate(document.value or ()):
        try:
            found.append((model.model_validate(item), document, at))
        except ValidationError as error:
            problems += shape_problems(document, [at], error, model)
    if problems:
        raise Faulty(problems)
    return found
