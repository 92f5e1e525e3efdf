"""What is taken away and brought back: the page to take home, the clinician's note, the record in a file."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.document import Document
from charley.engine.consult.replay import replay
from charley.engine.consult.transcript import FORMAT, Saved, read_saved
from charley.engine.expert import Expert
from charley.engine.explain.words import short_name
from charley.facts.record import Answers, answers
from charley.facts.wording import AUDIENCES, Audience
from charley.pages.handover import handover
from charley.pages.standings_chart import bars
from charley.pages.take_home import take_home
from charley.serve.service import Problem
from charley.serve.web.interview import Interview
from charley.serve.web.state import State
from charley.serve.web.views import Sealed, View

__all__ = ["Keeping"]

MOST_FILE = 128 * 1024
"""Bytes of a file that is brought back."""


class Keeping:
    """Documents about a record, and the record as `charley consult --save` writes it."""

    def __init__(self, view: View, sealed: Sealed) -> None:
        self._view, self._sealed = view, sealed

    def shown(self) -> Iterable[tuple[str, Any]]:
        """What is looked at or taken away."""
        return (("/take-home", self.home), ("/note", self.note), ("/record.yaml", self.download))

    async def home(self, request: Request, it: Interview) -> Response:
        """What a patient takes home."""
        page = take_home(it.expert, it.assessment.differential("patient"), story=it.state.told_as)
        return self._view.about(
            request, it, "paper_page.html", "To take home", paper="take_home.html", page=page
        )

    async def note(self, request: Request, it: Interview) -> Response:
        """What a clinician reads and files."""
        audience: Audience = "student" if it.audience == "student" else "clinician"
        page = handover(it.expert, it.assessment.differential(audience), story=it.state.told_as)
        picture = bars([row.place for row in page.rows])
        return self._view.about(
            request,
            it,
            "paper_page.html",
            "Clinician's note",
            paper="handover.html",
            page=page,
            picture=picture,
            short_name=short_name,
        )

    async def download(self, request: Request, it: Interview) -> Response:
        """The record in a file, with which the consultation can be gone on with here or in a terminal."""
        text = str(Saved.of(it.consultation))
        name = 'attachment; filename="consultation.yaml"'
        return Response(text, media_type="application/yaml", headers={"content-disposition": name})

    async def resume(self, request: Request) -> Response:
        """Go on with a consultation, or with a plain record, in a file."""
        try:
            async with request.form(max_files=1, max_fields=4, max_part_size=MOST_FILE) as form:
                file = form.get("file")
                if not isinstance(file, UploadFile):
                    raise Problem(400, "no file was sent")
                data = await file.read()
                chosen = form.get("base")
        except HTTPException:
            raise Problem(400, "this form cannot be read") from None
        if not data:
            raise Problem(422, "no file was chosen")
        base = self._view.service.base(chosen if isinstance(chosen, str) and chosen else None)
        return self._sealed(_brought_back(base, _text(data)))


def _text(data: bytes) -> str:
    if len(data) > MOST_FILE:
        raise Problem(413, "the file is too large")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        message, help = "it is not UTF-8 text", "choose a file that was downloaded here"
        raise Faulty([Diagnostic("the file", 0, 0, "F001", message, help)]) from None


def _brought_back(base: Expert, text: str) -> State:
    """The state that a file holds. Raises `Faulty` where the rules do not accept it."""
    document = Document("the file", text)
    whole = document.value
    if isinstance(whole, dict) and whole.get("format") == FORMAT:
        played = replay(base, read_saved(document)).consultation
        return _state(base, played.answers, played.audience)
    if not isinstance(whole, dict):
        message, help = "it holds no record", "choose a file that was downloaded here"
        raise Faulty([Diagnostic("the file", 0, 0, "F004", message, help)])
    given = {str(key): value for key, value in whole.items()}
    told = answers(given, base.vocabulary, document.problem, datetime.date.today())
    return _state(base, told, "clinician")


def _state(base: Expert, told: Answers, audience: str) -> State:
    written: dict[str, Any] = dict(base.vocabulary.written(told.record))
    written |= {fact: text for fact, text in told.told.items() if fact in written}
    written |= dict.fromkeys(fact for fact in base.vocabulary if fact in told.unknown)
    chosen = next(each for each in AUDIENCES if each == audience)
    return State(base.id, chosen).tell("", written)
