"""Invariants read as claims: what they mean, and what is said of those that do not read."""

from pathlib import Path

import pytest

from charley.documents.diagnostic import Faulty
from charley.engine.expert import load
from charley.rules.invariants.claim import CountOf, Denied, Event, Known, Score, Stands, Urgent
from charley.rules.invariants.parse import read_claim
from charley.rules.language.condition import Atom, Not
from charley.rules.language.reader import Unreadable
from charley.rules.loading.invariants import read_invariants

KB = load()
A = Atom("a", "==", True)


def claim(text):
    return read_claim(text).claim


def test_the_bundled_base_has_all_its_invariants():
    assert len(read_invariants(KB)) >= 112


def test_a_plain_part_is_a_condition_that_is_known_true():
    assert claim("a") == Known(A)
    assert claim("not a") == Known(Not(A))
    assert claim("urgency >= soon and (a or b >= 2)").parts[1] == Known(
        read_claim("a or b >= 2").claim.condition
    )


def test_not_before_a_predicate_is_ordinary_negation_wherever_it_stands():
    assert claim("not flagged(c)") == Denied(Event("flagged", "c"))
    assert claim("not (a or flagged(c))") == CountOf(2, (Known(Not(A)), Denied(Event("flagged", "c"))))
    assert claim("not (a and not flagged(c))") == CountOf(1, (Known(Not(A)), Event("flagged", "c")))


def test_comparisons_come_down_to_at_least():
    assert claim("score(c) > 3") == Score("c", 4)
    assert claim("score(c) <= -4") == Denied(Score("c", -3))
    assert claim("score(c) == 3") == CountOf(2, (Score("c", 3), Denied(Score("c", 4))))
    assert claim("urgency > soon") == Urgent("same_day")
    assert claim("urgency <= soon") == Denied(Urgent("same_day"))
    assert claim("urgency <= emergency") == Denied(CountOf(1, ()))
    assert claim("section(c) in {do_not_miss, most_likely}") == Stands("c", ("most_likely", "do_not_miss"))
    assert claim("section(c) != rare") == Denied(Stands("c", ("rare",)))
    assert claim("at_least(2, flagged(c), leads(d), a)") == CountOf(
        2, (Event("flagged", "c"), Event("leads", "d"), Known(A))
    )
    assert claim("true") == CountOf(0, ())
    assert claim("not true") == CountOf(1, ())


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("", "there is no claim here", 0),
        ("a and flaged(c)", "`flaged(...)` has no meaning here", 6),
        ("score(c)", "`score(...)` says nothing by itself", 0),
        ("score(c) >= 1.5", "a score is compared with whole decibans", 12),
        ("score(c) in {1}", "a score is compared with whole decibans", 12),
        ("section(c) > rare", "a section is compared with `==` or `in`", 0),
        ("section(c) == rar", "there is no section `rar`", 14),
        ("urgency >= today", "there is no urgency `today`", 11),
        ("fired(dvt-age)", "the name of a rule is expected here", 6),
        ("flagged(c, d)", "`flagged` needs one name", 0),
        ("at_least(4, flagged(c), a)", "`at_least(4, ...)` of 2 claims can never be true", 0),
        ("flagged(c) == rare", "`flagged(c) == rare` has no meaning here", 0),
        ("at_least(flagged(c), a)", "`at_least` needs a count and claims", 0),
        ("flagged(c) # and not a", "`#` has no meaning here", 11),
        (" and ".join(["not (a or flagged(c)"] * 60) + ")" * 60, "nested deeper than 50 levels", 405),
        ("flagged(c) && a", "`&&` has no meaning here", 11),
        ("flagged(c) and a is b", "`is` has no meaning here", 15),
    ],
)
def test_what_is_no_claim_is_refused_at_its_place(text, message, offset):
    with pytest.raises(Unreadable) as refused:
        read_claim(text)
    assert str(refused.value) == message
    assert refused.value.offset == offset


def faults(tmp_path: Path, text: str) -> list[str]:
    folder = tmp_path / "base"
    folder.mkdir()
    for file in KB.path.iterdir():
        if file.name != "invariants.yaml":
            (folder / file.name).symlink_to(file)
    (folder / "invariants.yaml").write_text(text)
    with pytest.raises(Faulty) as found:
        read_invariants(load(folder))
    return [str(problem).replace(f"{folder}/", "") for problem in found.value.diagnostics]


def test_names_are_checked_where_they_stand(tmp_path):
    first, second, third = faults(
        tmp_path,
        "- id: one\n  if: unilateral_leg_sweling\n  then: flagged(deep_vein_thrombosi)\n"
        '- id: two\n  if: "true"\n  then: not advised("dvt-age")\n',
    )
    assert first.startswith("invariants.yaml:2:7: R003 unknown fact `unilateral_leg_sweling`")
    assert "did you mean `unilateral_leg_swelling`?" in first
    assert second.startswith("invariants.yaml:3:17: R003 unknown candidate `deep_vein_thrombosi`")
    assert third.startswith("invariants.yaml:6:") and "R00" in third


def test_shape_and_repetition_are_checked(tmp_path):
    found = faults(tmp_path, "- id: one\n  if: dark_urine\n- id: a\n  if: dark_urine\n  then: d\n  wy: x\n")
    assert any("F004 `then` is missing" in problem for problem in found)
    assert any("F004 unknown key `wy`" in problem for problem in found)


def test_an_id_twice_is_said(tmp_path):
    one = "- id: one\n  if: dark_urine\n  then: flagged(rhabdomyolysis)\n"
    (found,) = faults(tmp_path, one + one)
    assert found.startswith("invariants.yaml:4:7: R006 `one` is defined twice")
