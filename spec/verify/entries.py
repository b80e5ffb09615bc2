"""Entries of the logs: log §4 and the seal of §5."""

from dataclasses import dataclass

import attestations
import pledges
from conventions import Broken, Reader

CAMPAIGN, PLEDGE, ISSUANCE, SEAL = 0x00, 0x01, 0x03, 0xFF


@dataclass(frozen=True)
class Campaign:
    """The entry at index 0 of either log."""

    campaign: bytes


@dataclass(frozen=True)
class Seal:
    """The end of a batch, log §5."""

    batch: int
    count: int
    checkpoints: list[bytes]


Entry = Campaign | Seal | pledges.Pledge | attestations.Vouching


def parse(data: bytes) -> Entry:
    """Reads a type byte and the body of exactly that type [LOG-23]."""
    reader = Reader(data, "LOG-23")
    kind = reader.number(1)
    entry: Entry
    if kind == CAMPAIGN:
        entry = Campaign(reader.take(32))
    elif kind == PLEDGE:
        try:
            return pledges.Pledge.parse(data[1:])
        except Broken as error:
            raise Broken("LOG-23", error.reason) from error
    elif kind == ISSUANCE:
        entry = attestations.Vouching(
            reader.number(2), reader.take(32), reader.take(32), reader.take(64)
        )
    elif kind == SEAL:
        batch, number, c = reader.number(8), reader.number(4), reader.number(1)
        entry = Seal(batch, number, [reader.string() for _ in range(c)])
    else:
        raise Broken("LOG-23", f"an entry of type {kind:#04x}")
    reader.end()
    return entry


def sort_key(campaign: bytes, entry: Entry) -> bytes:
    """What the entries of a batch are sorted by, log §5: the type byte, then nonce or digest."""
    if isinstance(entry, pledges.Pledge):
        return bytes([PLEDGE]) + entry.opening.nonce(campaign)
    if isinstance(entry, attestations.Vouching):
        return bytes([ISSUANCE]) + entry.request_digest
    raise Broken("LOG-25", "only pledges and issuances have a sort key")
