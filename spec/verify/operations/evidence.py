"""The operations of `evidence.json`."""

from collections.abc import Callable

import evidence
from cases import Case, Json
from operations.campaign import Files


def _complaint(case: Case) -> Json:
    source = Files(case.mirror()) if case.has("mirror") else None
    campaign = case.input.get("campaign_id")
    return evidence.judge(case.text_bytes("text"), [campaign], source)


OPERATIONS: dict[str, Callable[[Case], Json]] = {"complaint": _complaint}
