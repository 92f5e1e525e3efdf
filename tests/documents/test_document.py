"""Texts that nest too deeply are refused in the same words, whatever the YAML library does of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import charley
from charley.documents import document
from charley.documents.diagnostic import Faulty
from charley.documents.document import DEEPEST, Document

NESTS = {
    "brackets": lambda n: "[" * n + "]" * n,
    "brackets that are never closed": lambda n: "[" * n,
    "braces": lambda n: "{a: " * n + "1" + "}" * n,
    "braces that are never closed": lambda n: "{a: " * n,
    "items": lambda n: "- " * n + "a",
    "indents": lambda n: "\n".join("  " * at + "a:" for at in range(n)) + " 1",
    "brackets over lines": lambda n: "[\n" * n + "]\n" * n,
}


@pytest.mark.parametrize("length", [DEEPEST + 1, 1500, 12_000])
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize("kind", NESTS)
def test_what_nests_too_deeply_says_so(
    kind: str, loader: str, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if length > 1500 and (kind == "indents" or loader == "SafeLoader"):
        pytest.skip("a text of many megabytes")
    monkeypatch.setattr(document, "_Loader", getattr(yaml, loader))
    with pytest.raises(Faulty) as refused:
        Document("deep.yaml", NESTS[kind](length))
    (problem,) = refused.value.diagnostics
    assert (problem.code, problem.message) == ("F002", "nested too deeply to be read")


def test_a_limit_of_the_library_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML 6.0.4 refuses more than a thousand levels; here it refuses any."""
    mark = yaml.Mark("deep.yaml", 0, 0, 0, None, None)

    def compose(text: str, Loader: Any) -> Any:
        raise yaml.scanner.ScannerError(
            "while increasing flow level", mark, "exceeded maximum nesting depth", mark
        )

    monkeypatch.setattr(yaml, "compose", compose)
    with pytest.raises(Faulty, match="nested too deeply to be read"):
        Document("deep.yaml", "[[a]]")


@pytest.mark.parametrize("kind", NESTS)
def test_what_nests_as_deeply_as_is_allowed_is_read(kind: str) -> None:
    if "never closed" in kind:
        pytest.skip("it is refused for that")
    value = Document("deep.yaml", NESTS[kind](DEEPEST)).value
    for _ in range(DEEPEST - 1):
        (value,) = value.values() if isinstance(value, dict) else value
    assert not isinstance(value, list | dict) or len(value) < 2


def test_both_loaders_of_the_library_read_every_bundled_text_alike() -> None:
    """Without libyaml the library reads in Python and refuses some texts that libyaml takes: `[n2o ? no]`."""
    package = Path(charley.__file__).parent
    templates = package / "authoring" / "templates"
    texts = [each for each in sorted(package.rglob("*.yaml")) if templates not in each.parents]
    assert len(texts) > 100
    for each in texts:
        text = each.read_text("utf-8")
        assert yaml.load(text, yaml.SafeLoader) == yaml.load(text, yaml.CSafeLoader), each
