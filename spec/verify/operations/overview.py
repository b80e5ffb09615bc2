"""The operations of `overview.json`."""

from collections.abc import Callable

import ed25519
from cases import Case, Json
from conventions import from_base64url, from_hex, sha256, transcript


def _hex(case: Case) -> Json:
    return {"bytes": from_hex(case.text("text"), case.number("length")).hex()}


def _base64url(case: Case) -> Json:
    return {"bytes": from_base64url(case.text("text")).hex()}


def _transcript(case: Case) -> Json:
    data = transcript(case.text("label"), case.raw("campaign_id"), *case.raws("fields"))
    return {"transcript": data.hex(), "sha256": sha256(data).hex()}


def _key(case: Case) -> Json:
    ed25519.check_key(case.raw("public_key"))
    return {"public_key": case.raw("public_key").hex()}


def _sign(case: Case) -> Json:
    seed = case.raw("seed")
    return {
        "public_key": ed25519.public_key(seed).hex(),
        "signature": ed25519.sign(seed, case.raw("message")).hex(),
    }


def _verify(case: Case) -> Json:
    ed25519.verify(case.raw("public_key"), case.raw("message"), case.raw("signature"))
    return {"accepted": True}


OPERATIONS: dict[str, Callable[[Case], Json]] = {
    "hex": _hex,
    "base64url": _base64url,
    "transcript": _transcript,
    "ed25519-key": _key,
    "ed25519-sign": _sign,
    "ed25519-verify": _verify,
}
