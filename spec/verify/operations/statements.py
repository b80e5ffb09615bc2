"""The operations of `statements.json`."""

from collections.abc import Callable

import entries
import rules
from cases import Case, Json
from statements import Amendment, Announcement, Closing


def _statement(case: Case) -> Json:
    manifest = rules.parse(case.manifest())
    statement = entries.parse(case.raw("entry"))
    assert isinstance(statement, Announcement | Amendment | Closing), "the entry is a statement"
    statement.verify(manifest)
    return {"transcript": statement.transcript(manifest.campaign).hex()}


OPERATIONS: dict[str, Callable[[Case], Json]] = {"statement": _statement}
