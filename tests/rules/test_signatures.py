"""Signatures by ed25519: where keys are listed, nothing counts that is not signed with them."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from charley.cli import main
from charley.engine.expert import load
from charley.rules.loading.review import valid_approvals

pytest.importorskip("cryptography", reason="signatures need charley[signatures]")
RULE = "danger-mites"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["review", *map(str, arguments)])


@pytest.fixture
def keyed(lay: Callable[..., Path], tmp_path: Path) -> Path:
    """The small base with the keys of two reviewers, whose private keys stand beside it."""
    base = lay()
    entries = [run("key", tmp_path / f"{name}.pem", "--by", name).stdout for name in ("Ann", "Bo")]
    (base / "keys.yaml").write_text("".join(entries))
    return base


def status(base: Path) -> str:
    return load(base).rules[RULE].review.status


def test_a_signed_approval_holds_and_an_unsigned_one_does_not(keyed: Path, tmp_path: Path) -> None:
    assert run("approve", RULE, "--by", "Ann", "--kb", keyed).stdout == f"{RULE}: still needed: a clinician\n"
    assert status(keyed) == "submitted"
    said = CliRunner().invoke(main, ["check", str(keyed)]).stderr
    assert "A031 warning: this is not signed with the key of Ann" in said
    assert (
        run("sign", "--by", "ann", "--key", tmp_path / "Ann.pem", "--kb", keyed).stdout
        == "1 approvals signed\n"
    )
    assert status(keyed) == "approved"
    assert run("verify", keyed).exit_code == 0
    assert CliRunner().invoke(main, ["check", str(keyed)]).exit_code == 0


def test_it_is_signed_as_it_is_given(keyed: Path, tmp_path: Path) -> None:
    said = run("approve", RULE, "--by", "Ann", "--kb", keyed, "--key", tmp_path / "Ann.pem")
    assert said.stdout == f"{RULE}: approved\n"


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("by", "Bo"),
        ("date", "2026-01-01"),
        ("role", "board"),
        ("remark", "All well"),
        ("rule", "danger-frost"),
    ],
)
def test_a_signed_approval_cannot_be_changed(keyed: Path, tmp_path: Path, field: str, other: str) -> None:
    run("approve", RULE, "--by", "Ann", "--kb", keyed, "--key", tmp_path / "Ann.pem")
    file = keyed / "reviews.yaml"
    (entry,) = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump([{**entry, field: other}], sort_keys=False))
    assert status(keyed) == "submitted" and load(keyed).rules["danger-frost"].review.status == "submitted"
    assert run("verify", keyed).exit_code == 1


def test_a_key_that_is_not_listed_signs_nothing(keyed: Path, tmp_path: Path) -> None:
    run("key", tmp_path / "own.pem", "--by", "Cy")
    for by in ("Cy", "Ann"):
        run("approve", RULE, "--by", by, "--kb", keyed, "--key", tmp_path / "own.pem")
    assert status(keyed) == "submitted"
    assert "no key is listed for Cy" in CliRunner().invoke(main, ["check", str(keyed)]).stderr


def test_a_key_may_be_for_some_roles_only(keyed: Path, tmp_path: Path) -> None:
    keys = keyed / "keys.yaml"
    keys.write_text(
        yaml.safe_dump([{**each, "roles": ["board"]} for each in yaml.safe_load(keys.read_text())])
    )
    run("approve", RULE, "--by", "Ann", "--kb", keyed, "--key", tmp_path / "Ann.pem")
    assert status(keyed) == "submitted"
    assert "Ann does not sign as a clinician" in CliRunner().invoke(main, ["check", str(keyed)]).stderr


def test_a_reader_can_bring_the_keys(keyed: Path, tmp_path: Path) -> None:
    trusted = tmp_path / "trusted.yaml"
    trusted.write_text((keyed / "keys.yaml").read_text())
    run("key", tmp_path / "own.pem", "--by", "Mallory")
    (keyed / "keys.yaml").write_text(run("key", tmp_path / "ann2.pem", "--by", "Ann").stdout)
    run("approve", RULE, "--by", "Ann", "--kb", keyed, "--key", tmp_path / "ann2.pem")
    assert status(keyed) == "approved"  # who can edit the base can edit its keys
    assert run("verify", keyed, "--keys", trusted).exit_code == 1
    assert run("verify", keyed, "--keys", tmp_path / "none.yaml").exit_code == 2


def test_another_key_ends_the_approval_of_the_base(keyed: Path, tmp_path: Path) -> None:
    key = ("--key", tmp_path / "Ann.pem")
    run("approve", "--base", "--by", "Ann", "--kb", keyed, *key)
    assert run("verify", keyed).exit_code == 0
    with (keyed / "keys.yaml").open("a") as keys:
        keys.write(run("key", tmp_path / "cy.pem", "--by", "Cy").stdout)
    assert "changed" in run("verify", keyed).stdout


def test_a_private_key_is_for_its_owner_and_is_not_overwritten(keyed: Path, tmp_path: Path) -> None:
    file = tmp_path / "Ann.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    assert run("key", file, "--by", "Ann").exit_code == 2 and file.read_bytes() == before


@pytest.mark.parametrize("text", [None, "", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_refused(keyed: Path, tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "not.pem"
    if text is not None:
        file.write_text(text)
    said = run("approve", RULE, "--by", "Ann", "--kb", keyed, "--key", file)
    assert said.exit_code == 2 and "A031" in said.stderr and not (keyed / "reviews.yaml").exists()


def test_one_person_has_one_key(keyed: Path, tmp_path: Path) -> None:
    with (keyed / "keys.yaml").open("a") as keys:
        keys.write(run("key", tmp_path / "other.pem", "--by", "ANN").stdout)
    said = CliRunner().invoke(main, ["check", str(keyed)])
    assert said.exit_code == 2 and "R006" in said.stderr


def test_where_signatures_cannot_be_checked_nothing_counts(
    keyed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("approve", RULE, "--by", "Ann", "--kb", keyed, "--key", tmp_path / "Ann.pem")
    monkeypatch.setattr(valid_approvals, "can_verify", lambda: False)
    monkeypatch.setenv("CHARLEY_CACHE", "off")
    assert status(keyed) == "submitted"
    assert "pip install" in CliRunner().invoke(main, ["check", str(keyed)]).stderr
