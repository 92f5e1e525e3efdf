"""`charley consult` and `replay`: hold a consultation, and play one again."""

from __future__ import annotations

import datetime
import re
import sys
from pathlib import Path

import click

from charley.commands.options import audience_option, base_option, engine_option, json_option
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.consult.replay import Replayed
from charley.engine.consult.replay import replay as play_again
from charley.engine.consult.transcript import Saved, read_saved
from charley.engine.expert import Expert, load
from charley.engine.reading import Engine
from charley.facts.wording import Audience
from charley.terminal.conversation.interview import ReadText
from charley.terminal.text import echo, echo_json

__all__ = ["consult", "replay"]


@click.command()
@base_option
@audience_option()
@engine_option
@click.option("--save", "file", type=click.Path(path_type=Path), help="Keep the consultation in FILE.")
@click.option("--resume", type=click.Path(path_type=Path), help="Go on with the consultation in FILE.")
@click.option("--short", is_flag=True, help="Only until no further warning can be raised.")
@click.option("--one-by-one", is_flag=True, help="One question at a time, and no story first.")
@click.option("--about", metavar="X", help="Only what bears on one diagnosis.")
@click.argument("record", required=False, metavar="[RECORD]")
def consult(
    record: str | None,
    kb: str,
    audience: Audience | None,
    engine: Engine | None,
    file: Path | None,
    resume: Path | None,
    short: bool,
    one_by_one: bool,
    about: str | None,
) -> None:
    """Hold a consultation: a story, then lists to tick. It ends when enough is known.

    What changed is said after every answer, reasons at any time. RECORD (YAML or JSON) is what is known
    already. Without a terminal, standard input is read one answer a line. Educational purpose only, pending
    human review.

    \b
    Examples:
      charley consult
      charley consult --audience patient --save mine.yaml
      charley consult --resume mine.yaml
      charley consult --one-by-one
      printf '2\\nage=67\\nskip\\nnone\\nquit\\n' | charley consult
    """
    from charley.facts.record import read_answers
    from charley.terminal.conversation.consult import choose_audience, reader, welcome
    from charley.terminal.conversation.consult import consult as hold
    from charley.terminal.conversation.keeping import recovery_file
    from charley.terminal.conversation.talk import Talk
    from charley.terminal.conversation.typed import NotNamed, named_target_or_score

    if record is not None and resume is not None:
        raise click.UsageError("a record is for a new consultation; with `--resume` tell it there")
    expert = load(kb)
    if file is not None and file.exists() and resume is None:
        raise _refused(
            file, "there is such a file already", f"go on with `--resume {file}`, or choose another name"
        )
    there: list[Talk] = []
    lines = reader(there)
    echo(welcome(expert))
    if resume is not None:
        played, saved = _resumed(expert, resume, engine)
        if audience is not None:
            played.consultation.audience = audience
        talk = Talk(
            played.consultation,
            file or resume,
            short=short,
            screens=not one_by_one,
            read_text=_reader(expert),
            saved=saved,
            warnings=played.warnings,
        )
    else:
        known = None if record is None else read_answers(record, expert.vocabulary, datetime.date.today())
        if audience is None:
            try:
                audience = choose_audience(expert, lines)
            except (EOFError, KeyboardInterrupt):
                echo(["", "Nothing was told."])
                return
        recovery = file is None and sys.stdin.isatty()
        kept_in = recovery_file() if recovery else file
        begun = expert.consult(known, engine=engine, audience=audience)
        talk = Talk(
            begun,
            kept_in,
            short=short,
            screens=not one_by_one,
            read_text=_reader(expert),
            recovery=recovery,
        )
    if about is not None:
        try:
            talk.target = named_target_or_score(expert, about)
        except NotNamed as error:
            raise _refused("command line", str(error), "`charley candidates` lists them") from None
    there.append(talk)
    talk.keeper.begin()
    hold(talk, lines)


def _reader(expert: Expert) -> ReadText:
    return lambda text, audience: expert.read_text(text, audience=audience, today=datetime.date.today())


def _resumed(expert: Expert, file: Path, engine: Engine | None) -> tuple[Replayed, Saved]:

    saved = read_saved(file)
    played = play_again(expert, saved, engine)
    if played.departures:
        echo(["", f"Resumed from {file}. Not everything is as it was then:"])
        echo(f"  {line}" for line in played.departures)
    else:
        echo(
            [
                "",
                f"Resumed from {file}: {len(saved.events)} steps, and the same is said as then.",
            ]
        )
    saved.base = {"id": expert.id, "version": expert.version, "digest": expert.digest}
    return played, saved


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@base_option
@engine_option
@json_option("Print the differential as JSON, byte for byte.")
def replay(file: Path, kb: str, engine: Engine | None, as_json: bool) -> None:
    """Play a kept consultation again and compare. FILE is the consultation; what is said now is held to what
    was said then.

    \b
    Examples:
      charley replay mine.yaml
      charley replay mine.yaml --engine kernel

    Exits 0 when the differential is the same to the byte, 1 where it departs, with where and how.
    """
    saved = read_saved(file)
    expert = load(kb)
    played = play_again(expert, saved, engine)
    d = played.consultation.differential
    if as_json:
        echo_json(d.model_dump_json())
    if played.departures:
        echo([f"{file}: not the same as then", *(f"  {line}" for line in played.departures)], err=as_json)
        sys.exit(1)
    if not as_json:
        leads = "nobody is ranked" if d.leader is None else f"{d.standing(d.leader).name} leads"
        echo([f"{file}: {len(saved.events)} steps, the same to the byte; {leads}"])


def _refused(where: object, message: str, help: str) -> Faulty:
    return Faulty([Diagnostic(re.sub(r"\s+", " ", str(where)), 0, 0, "F001", message, help)])
