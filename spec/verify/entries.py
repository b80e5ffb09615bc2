"""Entries of the logs: log §4 and the seal of §5."""

from collections.abc import Callable
from dataclasses import dataclass

from attestations import Vouching
from conventions import Broken, Reader, u32, under
from pledges import Pledge, Withdrawal
from statements import Amendment, Announcement, Closing

CAMPAIGN, PLEDGE, WITHDRAWAL, ISSUANCE = 0x00, 0x01, 0x02, 0x03
AMENDMENT, ANNOUNCEMENT, CLOSING, SEAL = 0x04, 0x05, 0x06, 0xFF


@dataclass(frozen=True)
class Campaign:
    """The entry at index 0 of either log."""

    campaign: bytes

    @staticmethod
    def parse(data: bytes) -> "Campaign":
        """Reads the body of an entry."""
        reader = Reader(data)
        entry = Campaign(reader.take(32))
        reader.end()
        return entry


@dataclass(frozen=True)
class Seal:
    """The end of a batch, log §5."""

    batch: int
    count: int
    checkpoints: list[bytes]

    @staticmethod
    def parse(data: bytes) -> "Seal":
        """Reads the body of an entry."""
        reader = Reader(data)
        batch, number, c = reader.number(8), reader.number(4), reader.number(1)
        seal = Seal(batch, number, [reader.string() for _ in range(c)])
        reader.end()
        return seal


Entry = Campaign | Pledge | Withdrawal | Vouching | Amendment | Announcement | Closing | Seal

_BODIES: dict[int, Callable[[bytes], Entry]] = {
    CAMPAIGN: Campaign.parse,
    PLEDGE: Pledge.parse,
    WITHDRAWAL: Withdrawal.parse,
    ISSUANCE: Vouching.parse,
    AMENDMENT: Amendment.parse,
    ANNOUNCEMENT: Announcement.parse,
    CLOSING: Closing.parse,
    SEAL: Seal.parse,
}


def parse(data: bytes) -> Entry:
    """Reads a type byte and the body of exactly that type [LOG-23]."""
    with under("LOG-23"):
        kind = Reader(data).number(1)
        if kind not in _BODIES:
            raise Broken("LOG-23", f"an entry of type {kind:#04x}")
        return _BODIES[kind](data[1:])


def sort_key(campaign: bytes, entry: Entry) -> bytes:
    """What the entries of a batch are sorted by, log §5: the type byte, then 32 bytes."""
    match entry:
        case Pledge():
            return bytes([PLEDGE]) + entry.opening.nonce(campaign)
        case Withdrawal():
            return bytes([WITHDRAWAL]) + entry.opening.nonce(campaign)
        case Vouching():
            return bytes([ISSUANCE]) + entry.request_digest
        case Amendment():
            return bytes([AMENDMENT]) + bytes(28) + u32(entry.number)
        case Announcement():
            return bytes([ANNOUNCEMENT]) + bytes(28) + u32(entry.number)
        case Closing():
            return bytes([CLOSING]) + bytes(32)
        case Campaign():
            return bytes([CAMPAIGN]) + bytes(32)
        case Seal():
            return bytes([SEAL]) + bytes(32)
