"""Runs the test vectors of `spec/vectors` through the modules of this folder."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cases import Case, Json
from conventions import Broken
from logs import Refused
from operations import (
    campaign,
    certificate,
    evidence,
    log,
    overview,
    statements,
    tag,
    token,
    witness,
)
from output import line

OPERATIONS: dict[str, Callable[[Case], Json]] = {
    **overview.OPERATIONS,
    **campaign.OPERATIONS,
    **tag.OPERATIONS,
    **token.OPERATIONS,
    **log.OPERATIONS,
    **statements.OPERATIONS,
    **witness.OPERATIONS,
    **evidence.OPERATIONS,
    **certificate.OPERATIONS,
}
SCHEMA = "schema.json"


@dataclass
class Tally:
    """What became of the cases of a file."""

    passed: dict[str, int] = field(default_factory=lambda: {"valid": 0, "invalid": 0})
    failures: list[str] = field(default_factory=list)


def run(directory: Path) -> bool:
    """Runs all files of a directory and prints what became of them; gives whether all passed."""
    files = sorted(path for path in directory.glob("*.json") if path.name != SCHEMA)
    if not files:
        line(f"{directory} has no vectors", sys.stdout)
        return False
    good = True
    for path in files:
        tally = _run_file(path)
        counts = ", ".join(f"{number} {result}" for result, number in tally.passed.items())
        line(f"{path.name}: {counts} cases passed, {len(tally.failures)} failed", sys.stdout)
        for failure in tally.failures:
            line(f"  {path.name} {failure}", sys.stdout)
        good = good and not tally.failures
    return good


def _run_file(path: Path) -> Tally:
    tally = Tally()
    try:
        file = json.loads(path.read_text(encoding="utf-8"))
        cases = list(_cases(file))
        if not cases:
            tally.failures.append("has no cases")
        for operation, case in cases:
            failure = _run_case(operation, case, file.get("bases", {}))
            if failure is None:
                tally.passed[case["result"]] += 1
            else:
                tally.failures.append(f"{case['id']} ({operation}: {case['comment']}): {failure}")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        tally.failures.append(f"is not of the form of a file of vectors: {error!r}")
    return tally


def _cases(file: Json) -> Iterator[tuple[str, Json]]:
    for group in file["groups"]:
        for case in group["cases"]:
            yield group["operation"], case


def _run_case(operation: str, case: Json, bases: Json) -> str | None:
    """Why a case fails, or `None`."""
    if operation not in OPERATIONS:
        return "an unknown operation"
    invalid = case["result"] == "invalid"
    expected = {name: case[name] for name in ("rule", "log", "index") if name in case}
    if not invalid:
        expected = case["output"]
        if not expected:
            return "an empty output"
    got: Json
    try:
        got, refused = OPERATIONS[operation](Case(case["input"], bases)), False
    except Broken as error:
        got, refused = {"rule": error.rule, "log": None, "index": None}, True
    except Refused as error:
        name: Any = "pledges" if error.issuer is None else {"issuances": error.issuer}
        got, refused = {"rule": error.rule, "log": name, "index": error.index}, True
    except Exception as error:
        return f"the operation ends with {error!r}"
    if refused != invalid:
        return f"expected {case['result']}, got {json.dumps(got)}"
    for name, value in expected.items():
        if name not in got or got[name] != value:
            return f"{name}: expected {json.dumps(value)}, got {json.dumps(got.get(name))}"
    missing = [] if invalid else [name for name in got if name not in expected]
    return f"the output lacks {', '.join(missing)}" if missing else None
