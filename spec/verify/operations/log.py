"""The operations of `log.json`."""

from collections.abc import Callable

import entries
import merkle
import notes
import tiles
from attestations import Vouching
from cases import Case, Json
from conventions import from_base64, from_decimal
from notes import Checkpoint, Note, VerifierKey
from pledges import Opening, Withdrawal
from statements import Amendment, Announcement, Closing


def _base64(case: Case) -> Json:
    return {"bytes": from_base64(case.text("text")).hex()}


def _number(case: Case) -> Json:
    return {"number": str(from_decimal(case.text("text")))}


def _root(case: Case) -> Json:
    leaves = [merkle.leaf(entry) for entry in case.raws("entries")]
    output: Json = {"root": merkle.root(leaves).hex()}
    if len(leaves) <= 8:
        output["leaves"] = [leaf.hex() for leaf in leaves]
    return output


def _inclusion(case: Case) -> Json:
    place = (case.number("index"), case.number("size"), case.raw("leaf"))
    merkle.verify_inclusion(*place, case.raws("proof"), case.raw("root"))
    return {"accepted": True}


def _consistency(case: Case) -> Json:
    sizes = (case.number("old_size"), case.number("new_size"))
    roots = (case.raw("old_root"), case.raw("new_root"))
    merkle.verify_consistency(*sizes, *roots, case.raws("proof"))
    return {"accepted": True}


def _tiles(case: Case) -> Json:
    written = tiles.written(case.number("old_size"), case.number("size"))
    return {"files": sorted((tile.path() for tile in written), key=str.encode)}


def _path(case: Case) -> Json:
    tile = tiles.parse_path(case.text("text"))
    level = "entries" if tile.level is None else tile.level
    return {"level": level, "index": tile.index, "width": tile.width}


def _tile(case: Case) -> Json:
    width = tiles.parse_path(case.text("path")).width
    return {"hashes": [h.hex() for h in tiles.parse_hashes(case.raw("bytes"), width)]}


def _bundle(case: Case) -> Json:
    found = tiles.parse_entries(case.raw("bytes"), case.number("width"))
    return {"entries": [entry.hex() for entry in found]}


def _verifier_key(case: Case) -> Json:
    key = VerifierKey.parse(case.text("text"))
    return {"name": key.name, "id": key.id.hex(), "public_key": key.public_key.hex()}


def _note(case: Case) -> Json:
    note = Note.parse(case.text_bytes("text"))
    signers = note.verify([VerifierKey.parse(key) for key in case.input["keys"]])
    return {"signed_text": note.text, "verified": [key.name for key in signers]}


def _checkpoint(case: Case) -> Json:
    key = VerifierKey.parse(case.text("key"))
    checkpoint = Checkpoint.parse(case.text_bytes("text"), key)
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
    }


def _checkpoint_sign(case: Case) -> Json:
    tree = (case.text("origin"), case.number("size"), case.raw("root"))
    return {"text": notes.sign_checkpoint(case.raw("seed"), *tree)}


def _entry(case: Case) -> Json:
    data = case.raw("bytes")
    entry = entries.parse(data)
    return {"type": data[0], **_members(entry)}


def _members(entry: entries.Entry) -> Json:
    match entry:
        case entries.Campaign(campaign):
            return {"campaign_id": campaign.hex()}
        case entries.Seal(batch, count, checkpoints):
            texts = [checkpoint.decode() for checkpoint in checkpoints]
            return {"batch": batch, "count": count, "checkpoints": texts}
        case Vouching(issuer, digest, commitment, signature):
            hashes = {"request_digest": digest.hex(), "commitment": commitment.hex()}
            return {"issuer": issuer, **hashes, "signature": signature.hex()}
        case Withdrawal(Opening(class_index, region, public_key), signature):
            numbers = {"class": class_index, "region": region}
            return {**numbers, "public_key": public_key.hex(), "signature": signature.hex()}
        case Amendment(number, kind, body, _, signature):
            numbers = {"number": number, "kind": kind}
            return {**numbers, "body": body.hex(), "signature": signature.hex()}
        case Announcement(number, time, texts, signature):
            listed = [[tag, text] for tag, text in texts]
            members = {"number": number, "time": time, "texts": listed}
            return {**members, "signature": signature.hex()}
        case Closing(destroyed, signature):
            offices = [[role, index] for role, index in destroyed]
            return {"destroyed": offices, "signature": signature.hex()}
    return {}


def _sort_key(case: Case) -> Json:
    entry = entries.parse(case.raw("bytes"))
    return {"sort_key": entries.sort_key(case.raw("campaign_id"), entry).hex()}


OPERATIONS: dict[str, Callable[[Case], Json]] = {
    "base64": _base64,
    "number": _number,
    "root": _root,
    "inclusion": _inclusion,
    "consistency": _consistency,
    "tiles": _tiles,
    "path": _path,
    "tile": _tile,
    "bundle": _bundle,
    "verifier-key": _verifier_key,
    "note": _note,
    "checkpoint": _checkpoint,
    "checkpoint-sign": _checkpoint_sign,
    "entry": _entry,
    "sort-key": _sort_key,
}
