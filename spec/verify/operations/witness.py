"""The operations of `witness.json`."""

from collections.abc import Callable

from cases import Case, Json
from notes import Checkpoint, CosignatureKey, VerifierKey
from witness import Tree, Witness, cosign


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


def _add_checkpoint(case: Case) -> Json:
    stored = case.input["stored"]
    last = None if stored is None else Tree(stored["size"], bytes.fromhex(stored["root"]))
    witness = Witness([VerifierKey.parse(key) for key in case.input["logs"]], last)
    status, body, text = witness.answer(case.text_bytes("request"))
    if text is not None:
        body = cosign(case.text("name"), case.raw("seed"), case.number("time"), text)
    tree = witness.last
    after = None if tree is None else {"size": tree.size, "root": tree.root.hex()}
    return {"status": status, "body": body, "stored": after}


OPERATIONS: dict[str, Callable[[Case], Json]] = {
    "cosignature-key": _cosignature_key,
    "cosigned": _cosigned,
    "add-checkpoint": _add_checkpoint,
}
