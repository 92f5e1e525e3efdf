"""Approvals given: written into `reviews.yaml`, with what was read kept beside it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence

from pydantic import ValidationError

from charley.documents.atomic import write_whole
from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.yaml_writer import written
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.find import REVIEWS
from charley.rules.loading.review.read import read_approvals
from charley.rules.loading.review.signed_log import Kept
from charley.rules.loading.review.valid_approvals import Approvals
from charley.rules.signoff.approval import Approval, Role, today_anywhere
from charley.rules.signoff.layers import LAYERS, LayerName

__all__ = ["approve", "sign"]

_HEADING = (
    f"# {REVIEWS}: who approved what, and the digest of what it was. `charley review approve` writes it.\n"
    "# An approval lapses by itself when what it covers comes to say anything else.\n\n"
)

Signing = Callable[[Approval], Approval]


def approve(
    base: KnowledgeBase,
    about: Iterable[tuple[LayerName, str]],
    by: str,
    date: datetime.date,
    role: Role = "clinician",
    remark: str | None = None,
    signing: Signing | None = None,
) -> tuple[Approval, ...]:
    """Record that a reviewer approves these as they are now. Raises `Faulty`, and then writes nothing."""
    wanted = tuple(dict.fromkeys(about))
    problems = [
        _refused("R003", f"unknown rule `{id[:60]}`", nearest(id, base.rules))
        for layer, id in wanted
        if layer == "rule" and id not in base.rules
    ]
    if date > today_anywhere():
        problems.append(_refused("A030", f"{date} is in the future", "write the day of the approval"))
    if problems:
        raise Faulty(problems)
    approvals, kept = Approvals.of(base), Kept.read(base.path)
    new: list[Approval] = []
    for layer, id in wanted:
        layers = approvals.layers if layer == "rule" else approvals.layers_of_all
        found = layers.layer(layer, id)
        assert found is not None
        made = _made(
            {layer: id, "by": by, "role": role, "date": date, "remark": remark, "digest": found.digest}
        )
        new.append(made if signing is None else signing(made))
        kept.add(found, layers)
    replaced = {(each.layer, each.about, each.person) for each in new}
    old = [each for each in approvals.every if (each.layer, each.about, each.person) not in replaced]
    _write(base, [*old, *new], kept)
    return tuple(new)


def sign(base: KnowledgeBase, person: str, signing: Signing) -> tuple[Approval, ...]:
    """Sign every approval of one person that has no signature. Raises `Faulty`."""
    every = read_approvals(base.path)
    new = tuple(signing(each) if each.person == person and each.signature is None else each for each in every)
    changed = tuple(each for each, was in zip(new, every, strict=True) if each != was)
    if changed:
        _write(base, new, Kept.read(base.path))
    return changed


def _write(base: KnowledgeBase, every: Sequence[Approval], kept: Kept) -> None:
    rules = {rule: at for at, rule in enumerate(base.rules)}
    order = sorted(
        every,
        key=lambda each: (
            -LAYERS.index(each.layer), rules.get(each.about, len(rules)), each.about, each.date, each.by,
        ),
    )  # fmt: skip
    plain = [
        each.model_dump(exclude_none=True, exclude={"role"} if each.role == "clinician" else None)
        for each in order
    ]
    kept.write(base.path, (each.digest for each in order))
    write_whole(base.path / REVIEWS, _HEADING + written(plain))


def _made(values: dict[str, object]) -> Approval:
    try:
        return Approval.model_validate({key: value for key, value in values.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        help = str(first.get("ctx", {}).get("help", "")) or "give it with `--by`"
        raise Faulty([_refused("A021", f"{first['loc'][0]}: {first['msg']}"[:200], help)]) from None


def _refused(code: str, message: str, help: str) -> Diagnostic:
    return Diagnostic("command line", 0, 0, code, message, help)
