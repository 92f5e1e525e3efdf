"""What clinicians did with cards: which rules a card was from, and whether it was overridden.

Of a patient nothing is kept: a card is its random identifier, the day and the rules; of feedback, what was
done and the code of the reason. Comments are free text, in which patients are named, and are not kept.
"""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from charley.documents.diagnostic import CharleyError, Diagnostic, Faulty
from charley.serve.cds.rule_feedback import RuleFeedback, tallied

__all__ = ["Feedback", "FeedbackStore", "NotKept", "Shown"]

_METADATA = MetaData()
_CARDS = Table(
    "charley_cards",
    _METADATA,
    Column("uuid", String(36), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("service", String(80), nullable=False),
    Column("target", String(80), nullable=False),
    Column("rules", Text, nullable=False),
    Column("base", String(80), nullable=False),
    Column("digest", String(64), nullable=False),
)
_FEEDBACK = Table(
    "charley_feedback",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("card", String(36), nullable=False, index=True),
    Column("outcome", String(12), nullable=False),
    Column("reason", String(120), nullable=False),
    Column("at", String(40), nullable=False),
)
_TOKENS = Table(
    "charley_tokens",
    _METADATA,
    Column("issuer", String(200), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("until", Float, nullable=False),
)


class NotKept(CharleyError):
    """The store cannot be reached now; what it said is not repeated, since it may quote values."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A card that was sent: its identifier, the candidate or alert, the rules behind it; by which service and
    base.
    """

    uuid: str
    target: str
    rules: tuple[str, ...]
    service: str
    base: str
    digest: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a clinician did with a card, when (RFC 3339), and the code of the reason, if one was given."""

    card: str
    outcome: str
    at: str
    reason: str = ""


def _shared_by_processes(connection: Any, _record: object) -> None:
    """Have SQLite write a log first: the processes of a server then seldom wait for each other. Of the file
    it keeps 256 KiB in memory, not 2 MiB for each connection.
    """
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "cache_size=-256"):
        connection.execute(f"PRAGMA {pragma}")


class FeedbackStore:
    """Cards and feedback in a database. It is connected to when it is first used, in each process anew."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _engine(self) -> Engine:
        try:
            # No value in a message of the database, whoever logs it.
            engine = create_engine(self._url, hide_parameters=True)
            if engine.url.get_backend_name() == "sqlite":
                event.listen(engine, "connect", _shared_by_processes)
                if engine.url.database:
                    Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
            _METADATA.create_all(engine)
        except (SQLAlchemyError, ImportError, OSError):
            raise NotKept from None
        return engine

    def checked(self) -> FeedbackStore:
        """Itself, when the database can be used. Raises `Faulty`."""
        try:
            self._engine.dispose()  # a connection is not shared with the processes that are forked later
            del self._engine
        except NotKept:
            help = "give a path, or a URL such as `sqlite:///feedback.sqlite`; its driver has to be installed"
            message = "feedback cannot be stored: the database cannot be used"
            raise Faulty([Diagnostic("--feedback", 0, 0, "F001", message, help)]) from None
        return self

    def show(self, cards: Iterable[Shown]) -> None:
        """Remember cards that are sent. Raises `NotKept`."""
        day = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d")
        rows = [
            {
                "uuid": each.uuid,
                "day": day,
                "service": each.service,
                "target": each.target,
                "rules": json.dumps(each.rules),
                "base": each.base,
                "digest": each.digest,
            }
            for each in cards
        ]
        if rows:
            self._write(_CARDS, rows)

    def known(self, cards: Sequence[str]) -> set[str]:
        """Those of the identifiers that cards were sent with. Raises `NotKept`."""
        wanted = select(_CARDS.c.uuid).where(_CARDS.c.uuid.in_(list(cards)))
        try:
            with self._engine.connect() as connection:
                return {row[0] for row in connection.execute(wanted)}
        except SQLAlchemyError:
            raise NotKept from None

    def take(self, feedback: Iterable[Feedback]) -> None:
        """Keep feedback. Raises `NotKept`."""
        rows = [
            {"card": each.card, "outcome": each.outcome, "reason": each.reason, "at": each.at}
            for each in feedback
        ]
        if rows:
            self._write(_FEEDBACK, rows)

    def seen_before(self, issuer: str, id: str, until: float) -> bool:
        """Whether this token was shown, to any process; from now on it was. Raises `NotKept`."""
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(_TOKENS).where(_TOKENS.c.until < time.time()))
                connection.execute(insert(_TOKENS), [{"issuer": issuer[:200], "id": id, "until": until}])
        except IntegrityError:
            return True
        except SQLAlchemyError:
            raise NotKept from None
        return False

    def _write(self, table: Table, rows: list[dict[str, str]]) -> None:
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(table), rows)
        except SQLAlchemyError:
            raise NotKept from None

    def by_rule(self, base: str) -> tuple[RuleFeedback, ...]:
        """What became of the cards of every rule of a base, those overridden most often first.

        A card counts once, with what was done with it last. Raises `NotKept`.
        """
        of_base = select(_CARDS.c.uuid, _CARDS.c.rules).where(_CARDS.c.base == base)
        try:
            with self._engine.connect() as connection:
                cards = connection.execute(of_base).all()
                told = connection.execute(
                    select(_FEEDBACK.c.card, _FEEDBACK.c.outcome, _FEEDBACK.c.reason).order_by(
                        _FEEDBACK.c.at, _FEEDBACK.c.id
                    )
                ).all()
        except SQLAlchemyError:
            raise NotKept from None
        last = {card: (outcome, reason) for card, outcome, reason in told}
        return tallied((json.loads(rules), *last.get(uuid, ("", ""))) for uuid, rules in cards)
