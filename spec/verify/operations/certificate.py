"""The operations of `certificate.json`."""

from collections.abc import Callable

import certificate
from cases import Case, Json


def _samples(case: Case) -> Json:
    return {"k": certificate.samples(case.number("e"))}


def _certificate(case: Case) -> Json:
    return certificate.verify(case.raw("certificate"), case.input.get("campaign_id"))


OPERATIONS: dict[str, Callable[[Case], Json]] = {
    "samples": _samples,
    "certificate": _certificate,
}
