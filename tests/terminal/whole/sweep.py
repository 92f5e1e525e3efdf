"""Plays many consultations and prints their stumbles by kind, with counts and examples.

The people are the cases of the bundled base, whose titles are their stories, as each audience; or texts
with the facts that a careful reader takes from them (`--texts tests/facts/texts`). `--show LINT` prints the
screens of that lint's first examples.

    python tests/terminal/whole/sweep.py [--every N] [--audience A] [--texts FOLDER] [--show LINT]
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parents[3]))  # `benchmarks`

from lints_of_asking import LINTS as OF_ASKING
from lints_of_words import LINTS as OF_WORDS
from people import person
from playing import play

import charley
from charley.documents.diagnostic import Faulty
from charley.engine.expert import Expert
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.loading.cases import vignettes

MANNERS: list[list[str]] = [[], ["words"], ["doubts"], ["goes_on"], ["changes_mind", "words"], ["asks"]]
"""The people of a sweep have these in turn."""


@cache
def base() -> Expert:
    return charley.load()


def from_cases() -> Iterator[dict[str, Any]]:
    for each in vignettes(base()):
        # What a title says is not marked, so nothing of it counts as told and asked again.
        yield {"id": each.case.id, "story": each.case.title, "says": {}, "truth": dict(each.case.given)}


def from_texts(folder: Path) -> Iterator[dict[str, Any]]:
    for file in sorted(folder.glob("*.yaml")):
        for each in yaml.safe_load(file.read_text()):
            if "text" in each:
                facts = {f: v[0] if isinstance(v, list) else v for f, v in each.get("facts", {}).items()}
                # What may be taken either way is unknown to this person.
                yield {"id": each["id"], "story": each["text"], "says": facts, "rest": "unknown"}


def stumbles(given: dict[str, Any], audience: Audience) -> list[tuple[str, str, str, str]]:
    """Of one person: the lint, what it says, who, and the screen."""
    try:
        who = person(base(), given, audience)
    except Faulty as faulty:
        return [("no_such_person", str(faulty), given["id"], "")]
    played = play(base(), who)
    return [
        (lint.__name__, each.what, who.name, f"{each.turn.shown}> {each.turn.typed}")
        for lint in (*OF_WORDS, *OF_ASKING)
        for each in lint(played)
    ]


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--every", type=int, default=1, help="only every Nth person")
    parser.add_argument("--audience", choices=AUDIENCES, action="append")
    parser.add_argument("--texts", type=Path, help="a folder of texts, in place of the cases")
    parser.add_argument("--show", help="print screens of this kind")
    parser.add_argument("--most", type=int, default=8, help="examples of each kind")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    everybody = list(from_cases() if asked.texts is None else from_texts(asked.texts))[:: asked.every]
    jobs = [
        ({**given, "manner": MANNERS[at % len(MANNERS)]}, audience)
        for at, given in enumerate(everybody)
        for audience in asked.audience or AUDIENCES
    ]
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    with ProcessPoolExecutor(asked.processes) as pool:
        for each in pool.map(stumbles, *zip(*jobs, strict=True), chunksize=20):
            for lint, what, who, screen in each:
                found[lint].append((what, who, screen))
    print(f"{len(jobs)} consultations")
    for lint, examples in sorted(found.items(), key=lambda each: -len(each[1])):
        print(f"\n{lint}: {len(examples)} in {len({who for _, who, _ in examples})} consultations")
        for what, number in Counter(what for what, _, _ in examples).most_common(asked.most):
            print(f"  {number:5d}  {what}  ({next(who for said, who, _ in examples if said == what)})")
        for what, who, screen in examples[: asked.most] if lint == asked.show else ():
            print(f"\n--- {who}: {what}\n{screen}")


if __name__ == "__main__":
    main()
