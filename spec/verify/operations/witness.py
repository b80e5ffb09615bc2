"""The operations of `witness.json`."""

from collections.abc import Callable

from cases import Case, Json
from notes import Checkpoint, CosignatureKey, VerifierKey


def _cosignature_key(case: Case) -> Json:
    key = CosignatureKey.parse(case.text("text"))
    return {"name": key.name, "id": key.id.hex(), "public_key": key.public_key.hex()}


def _cosigned(case: Case) -> Json:
    log = VerifierKey.parse(case.text("log"))
    witnesses = [CosignatureKey.parse(key) for key in case.input["witnesses"]]
    checkpoint = Checkpoint.parse(case.text_bytes("note"), log, witnesses)
    enough = len(checkpoint.witnesses) >= case.number("quorum")
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "witnesses": checkpoint.witnesses,
        "witnessed": bool(witnesses) and enough,
    }


OPERATIONS: dict[str, Callable[[Case], Json]] = {
    "cosignature-key": _cosignature_key,
    "cosigned": _cosigned,
}
