"""`charley consult`, `explain`, `replay` and `report`."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.expert import Expert, load
from charley.engine.explain.words import PURPOSE
from charley.engine.reading import Engine
from charley.facts.wording import AUDIENCES, Audience
from charley.terminal.text import echo

if TYPE_CHECKING:
    from charley.engine.consult.consultation import Consultation

__all__ = ["consult", "explain", "replay", "report"]

_kb = click.option(
    "--kb",
    default="nocturnal_leg_pain",
    metavar="NAME|PATH",
    help="The knowledge base: bundled, or a folder.",
)
_engine = click.option(
    "--engine",
    type=click.Choice(["experta", "kernel"]),
    default="experta",
    show_default=True,
    help="Forward chaining on experta, or the kernel; both say the same.",
)
_audience = click.option("--audience", type=click.Choice(AUDIENCES), help="For whom it is worded.")


@click.command()
@_kb
@_audience
@_engine
@click.option("--save", "file", type=click.Path(path_type=Path), help="Keep the consultation in FILE.")
@click.option("--resume", type=click.Path(path_type=Path), help="Go on with the consultation in FILE.")
@click.option("--short", is_flag=True, help="Only until no further warning can be raised.")
@click.option("--about", metavar="X", help="Only what bears on one diagnosis.")
@click.argument("record", required=False, metavar="[RECORD]")
def consult(
    record: str | None,
    kb: str,
    audience: Audience | None,
    engine: Engine,
    file: Path | None,
    resume: Path | None,
    short: bool,
    about: str | None,
) -> None:
    """Hold a consultation: questions one at a time, what changed after each answer, reasons at any time.

    RECORD (YAML or JSON) is what is known already. Without a terminal, standard input is read one answer a
    line. Educational purpose only, pending human review.

    \b
    Examples:
      charley consult
      charley consult --audience patient --save mine.yaml
      charley consult --resume mine.yaml
      printf '2\\nage=67\\nyes\\nquit\\n' | charley consult
    """
    from charley.facts.record import read_answers
    from charley.terminal.consult import choose_audience, reader, recovery_file, welcome
    from charley.terminal.consult import consult as hold
    from charley.terminal.talk import Talk
    from charley.terminal.typed import NotNamed, named_target

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
        consultation, saved = _resumed(expert, resume, engine)
        if audience is not None:
            consultation.audience = audience
        talk = Talk(consultation, file or resume, short=short, saved=saved)
    else:
        known = None if record is None else read_answers(record, expert.vocabulary)
        if audience is None:
            try:
                audience = choose_audience(expert, lines)
            except (EOFError, KeyboardInterrupt):
                echo(["", "Nothing was told."])
                return
        talk = Talk(expert.consult(known, engine=engine, audience=audience), file, short=short)
        if file is None and sys.stdin.isatty():
            talk.file, talk.recovery = recovery_file(), True
    if about is not None:
        try:
            talk.target = named_target(expert, about)
        except NotNamed as error:
            raise _refused("command line", str(error), "`charley candidates` lists them") from None
    there.append(talk)
    _writable(talk)
    recovery = talk.file if talk.recovery else None
    hold(talk, lines)
    if recovery is not None and (talk.ended or not talk.saved.events) and not talk.unsaved:
        with contextlib.suppress(OSError):
            recovery.unlink()


def _writable(talk: Any) -> None:
    """Find out before the first question whether the file can be written. Raises `Faulty`."""
    if talk.file is None:
        return
    try:
        talk.saved.write(talk.file)
    except (OSError, ValueError) as error:
        if talk.recovery:
            talk.file = None
            return
        reason = getattr(error, "strerror", None) or str(error)
        raise _refused(talk.file, f"cannot be written: {reason}", "choose another place") from None


def _resumed(expert: Expert, file: Path, engine: Engine) -> Any:
    from charley.engine.consult.transcript import read_saved, replay

    saved = read_saved(file)
    played = replay(expert, saved, engine)
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
    return played.consultation, saved


@click.command()
@click.argument("file")
@_kb
@_audience
@click.option("--how", metavar="X[.N]", help="How X came to stand where it stands; step N of it in full.")
@click.option("--why", metavar="FACT", help="Why FACT would be asked for, and what each answer would do.")
@click.option("--why-not", metavar="X", help="Why X is not flagged or first, and the smallest change.")
@click.option("--what-if", "supposed", metavar="F=V", multiple=True, help="Before and after; repeatable.")
@click.option("--contrast", nargs=2, metavar="X Y", help="What separates two candidates.")
@click.option("--distance", is_flag=True, help="How few open answers are missing to each flag and alert.")
@click.option(
    "--fragility", is_flag=True, help="Which likelihood ratio, moved in its doubt, flips the leader."
)
@click.option("--stop", is_flag=True, help="Whether it is settled, and what could still change it.")
@click.option("--fixed", is_flag=True, help="With --why-not: offer changes of age and sex, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, by explanation.")
def explain(
    file: str,
    kb: str,
    audience: Audience | None,
    how: str | None,
    why: str | None,
    why_not: str | None,
    supposed: tuple[str, ...],
    contrast: tuple[str, str] | None,
    distance: bool,
    fragility: bool,
    stop: bool,
    fixed: bool,
    as_json: bool,
) -> None:
    """Explain the differential of FILE: a record (YAML or JSON, `-` for standard input) or a consultation.

    Without an option: how the leader came to lead, and how fragile that is.

    \b
    Examples:
      charley explain record.yaml --how deep_vein_thrombosis
      charley explain record.yaml --why-not cellulitis --what-if fever=yes
      charley explain record.yaml --distance
    """
    from charley.terminal.answers import fit

    expert = load(kb)
    consultation = _consultation(expert, file, audience)
    asked = dict(
        _asked(consultation, how, why, why_not, supposed, contrast, distance, fragility, stop, fixed)
    )
    if as_json:
        said = {key: _plain(each) for key, each in asked.items()}
        said["disclaimer"] = expert.about.disclaimer
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
        return
    for at, each in enumerate(asked.values()):
        if at:
            click.echo()
        lines = (
            [f"{str(one)[:1].upper()}{str(one)[1:]}" for one in each]
            if isinstance(each, tuple)
            else [*_lines(each)]
        )
        echo(fit(lines))
    echo(["", PURPOSE])


def _lines(each: Any) -> Iterator[str]:
    yield from ["Nothing is ranked."] if each is None else each.lines()


def _asked(
    c: Consultation,
    how: str | None,
    why: str | None,
    why_not: str | None,
    supposed: tuple[str, ...],
    contrast: tuple[str, str] | None,
    distance: bool,
    fragility: bool,
    stop: bool,
    fixed: bool,
) -> Iterator[tuple[str, Any]]:
    if not any((how, why, why_not, supposed, contrast, distance, fragility, stop)):
        leader = c.differential.leader
        how, fragility = leader, True
    if how:
        yield "how", c.how(how)
    if why:
        yield "why", c.why(why)
    if why_not:
        yield "why_not", c.why_not(why_not, fixed=fixed)
    if supposed:
        facts = dict(part.partition("=")[::2] for part in supposed)
        empty = [fact for fact, value in facts.items() if not value.strip()]
        if empty:
            raise _refused("command line", f"`{empty[0]}` has no value", "write `--what-if fact=value`")
        yield "what_if", c.what_if({fact.strip(): value for fact, value in facts.items()})
    if contrast:
        yield "contrast", c.contrast(*contrast)
    if distance:
        yield "distance", c.distances()
    if fragility:
        yield "fragility", c.fragility()
    if stop:
        yield "stop", c.stop()


def _plain(found: Any) -> Any:
    """An explanation as JSON holds it; differentials in full."""
    if hasattr(found, "model_dump"):
        return found.model_dump(mode="json")
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        return {field.name: _plain(getattr(found, field.name)) for field in dataclasses.fields(found)}
    if isinstance(found, dict):
        return {str(key): _plain(value) for key, value in found.items()}
    if isinstance(found, tuple | list):
        return [_plain(each) for each in found]
    return found


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_kb
@_engine
@click.option("--json", "as_json", is_flag=True, help="Print the differential as JSON, byte for byte.")
def replay(file: Path, kb: str, engine: Engine, as_json: bool) -> None:
    """Play the consultation in FILE again, and say whether the same is said.

    \b
    Examples:
      charley replay mine.yaml
      charley replay mine.yaml --engine kernel

    Exits 0 when the differential is the same to the byte, 1 where it departs, with where and how.
    """
    from charley.engine.consult.transcript import read_saved, replay

    saved = read_saved(file)
    expert = load(kb)
    played = replay(expert, saved, engine)
    d = played.consultation.differential
    if as_json:
        click.echo(d.model_dump_json())
    if played.departures:
        echo([f"{file}: not the same as then", *(f"  {line}" for line in played.departures)], err=as_json)
        sys.exit(1)
    if not as_json:
        leads = "nobody is ranked" if d.leader is None else f"{d.standing(d.leader).name} leads"
        echo([f"{file}: {len(saved.events)} steps, the same to the byte; {leads}"])


@click.command()
@click.argument("file")
@_kb
@_audience
@click.option(
    "--out", "out", required=True, type=click.Path(path_type=Path), help="Ends in .html, .md or .pdf."
)
def report(file: str, kb: str, audience: Audience | None, out: Path) -> None:
    """Write the hand-over of the consultation or record in FILE: one page to read in a minute and file.

    \b
    Examples:
      charley report mine.yaml --out report.html
      charley report record.json --out report.pdf     (needs `pip install "charley[pdf]"`)
    """
    from charley.pages.handover import write_report

    expert = load(kb)
    write_report(_consultation(expert, file, audience), out, audience or "clinician")
    click.echo(f"written: {out}")


def _consultation(expert: Expert, file: str, audience: Audience | None) -> Consultation:
    """What a consultation or a record in a file comes to. Raises `Faulty`."""
    from charley.documents.document import read_document
    from charley.engine.consult.transcript import FORMAT, read_saved, replay
    from charley.facts.record import answers

    document = read_document(file)
    if isinstance(document.value, dict) and document.value.get("format") == FORMAT:
        consultation = replay(expert, read_saved(document)).consultation
        consultation.audience = audience or consultation.audience
        return consultation
    if not isinstance(document.value, dict):
        help = "write one fact a line: `age: 67`"
        raise Faulty([document.problem([], "F004", "a record is a list of facts with values", help)])
    told = answers(document.value, expert.vocabulary, document.problem)
    return expert.consult(told, engine="kernel", audience=audience or "clinician")


def _refused(where: object, message: str, help: str) -> Faulty:
    return Faulty([Diagnostic(re.sub(r"\s+", " ", str(where)), 0, 0, "F001", message, help)])
