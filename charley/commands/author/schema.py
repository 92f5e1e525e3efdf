"""`charley schema`: JSON Schemas of a record and of the files of a base."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from charley.authoring.format.schemas import Draft

__all__ = ["schema"]


@click.command()
@click.argument("what", default="nocturnal_leg_pain", metavar="[KB|FILE-KIND]")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write them for an editor.")
@click.option("--draft", type=click.Choice(["2020-12", "07"]), help="Default: 2020-12, and 07 with --out.")
def schema(what: str, out: Path | None, draft: Draft | None) -> None:
    """What a record or a file may hold, as JSON Schema. The schema (draft 2020-12) is for a record of KB, or
    for a file of any base.

    FILE-KIND is one of knowledge_base, facts, candidates, instruments, findings, citations, rules, cases,
    invariants and reviews. With --out every kind is written into DIR, or the one that is named. A YAML editor
    completes and checks a file that names its schema: `# yaml-language-server: $schema=schemas/facts.json`.

    \b
    Examples:
      charley schema my_base > record.schema.json
      charley schema rules
      charley schema --out my_base/schemas
    """
    from charley.authoring.format.kinds import KINDS
    from charley.authoring.format.modeline import schema_texts
    from charley.authoring.format.schemas import file_schema
    from charley.documents.atomic import write_whole
    from charley.engine.expert import load
    from charley.facts.schema import record_schema
    from charley.terminal.text import echo, echo_json

    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in schema_texts(draft or "07").items():
            if what not in KINDS or name == f"{what}.json":
                write_whole(out / name, text)
                echo([f"wrote {out / name}"])
        return
    if what in KINDS:
        found = file_schema(KINDS[what], draft or "2020-12")
    else:
        base = load(what)
        found = record_schema(base.id, base.about.title, base.version, base.digest, base.vocabulary)
    echo_json(json.dumps(found, indent=2, ensure_ascii=False))
