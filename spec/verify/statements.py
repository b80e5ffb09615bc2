"""What the organisers and the counter say to everybody: statements §2 to §4."""

from dataclasses import dataclass

import ed25519
from conventions import Broken, Reader, check, transcript, u16, u32, u64, under
from guardians import Commitments
from manifest import Manifest, check_tag, check_text

HOUR = 3600
SHARES, REVOCATION = 1, 2
ATTESTER, GUARDIAN, ISSUER = 0, 1, 2


@dataclass(frozen=True)
class Announcement:
    """News of the organisers, statements §2."""

    number: int
    time: int
    texts: list[tuple[str, str]]
    signature: bytes

    @staticmethod
    def parse(data: bytes) -> "Announcement":
        """Reads the body of an entry."""
        reader = Reader(data)
        number, time, count = reader.number(4), reader.number(8), reader.number(1)
        texts = [(_string(reader, 1), _string(reader, 2)) for _ in range(count)]
        announcement = Announcement(number, time, texts, reader.take(64))
        reader.end()
        return announcement

    def transcript(self, campaign: bytes) -> bytes:
        """What the organisers sign."""
        texts = bytes([len(self.texts)])
        for tag, text in self.texts:
            texts += bytes([len(tag.encode())]) + tag.encode() + u16(len(text.encode()))
            texts += text.encode()
        fields = (u32(self.number), u64(self.time), texts)
        return transcript("headcount/v1 announcement", campaign, *fields)

    def verify(self, manifest: Manifest) -> None:
        """What it must hold to by itself [STA-3] to [STA-5]."""
        check(self.time % HOUR == 0, "STA-3", "a time that is no full hour")
        tags = [tag.encode() for tag, _ in self.texts]
        good = len(tags) >= 1 and tags == sorted(set(tags))
        check(good, "STA-4", "no text, or languages that do not ascend")
        with under("STA-4"):
            for tag, text in self.texts:
                check_tag(tag)
                check_text(text)
        with under("STA-5"):
            signed = self.transcript(manifest.campaign)
            ed25519.verify(manifest.organiser_key, signed, self.signature)


def _string(reader: Reader, width: int) -> str:
    """A text behind its length."""
    try:
        return reader.take(reader.number(width)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Broken("OVR-1", "a text that is not UTF-8") from error


@dataclass(frozen=True)
class Shares:
    """The guardians hold new shares of the same key."""

    epoch: int
    commitments: list[bytes]


@dataclass(frozen=True)
class Revocation:
    """No issuance beyond this checkpoint counts."""

    issuer: int
    checkpoint: bytes


@dataclass(frozen=True)
class Amendment:
    """A change of what may change, statements §3."""

    number: int
    kind: int
    body: bytes
    change: Shares | Revocation
    signature: bytes

    @staticmethod
    def parse(data: bytes) -> "Amendment":
        """Reads the body of an entry [STA-6]."""
        reader = Reader(data)
        number, kind, body = reader.number(4), reader.number(1), reader.string()
        amendment = Amendment(number, kind, body, _change(kind, body), reader.take(64))
        reader.end()
        return amendment

    def transcript(self, campaign: bytes) -> bytes:
        """What the amendment key signs."""
        fields = (u32(self.number), bytes([self.kind]), self.body)
        return transcript("headcount/v1 amendment", campaign, *fields)

    def verify(self, manifest: Manifest) -> None:
        """What it must hold to by itself [STA-7], [STA-8], the first half of [STA-10]."""
        with under("STA-7"):
            signed = self.transcript(manifest.campaign)
            ed25519.verify(manifest.amendment_key, signed, self.signature)
        if isinstance(self.change, Shares):
            oprf, commitments = manifest.oprf, self.change.commitments
            with under("STA-8"):
                Commitments.parse(oprf.guardians, oprf.threshold, commitments)
            same = commitments[0] == oprf.commitments[0]
            check(same, "STA-8", "shares of another key")
        else:
            exists = self.change.issuer < len(manifest.issuers)
            check(exists, "STA-10", "a revocation of an issuer that does not exist")


def _change(kind: int, body: bytes) -> Shares | Revocation:
    reader = Reader(body)
    change: Shares | Revocation
    if kind == SHARES:
        epoch, count = reader.number(4), reader.number(1)
        change = Shares(epoch, [reader.take(32) for _ in range(count)])
    elif kind == REVOCATION:
        change = Revocation(reader.number(2), reader.string())
    else:
        raise Broken("STA-6", "an amendment of another kind")
    reader.end()
    return change


@dataclass(frozen=True)
class Closing:
    """The counter's last word, statements §4."""

    destroyed: list[tuple[int, int]]
    """Role and index of each office."""
    signature: bytes

    @staticmethod
    def parse(data: bytes) -> "Closing":
        """Reads the body of an entry."""
        reader = Reader(data)
        offices = [(reader.number(1), reader.number(2)) for _ in range(reader.number(1))]
        known = all(role in (ATTESTER, GUARDIAN, ISSUER) for role, _ in offices)
        check(known, "OVR-1", "a role that is none")
        closing = Closing(offices, reader.take(64))
        reader.end()
        return closing

    def transcript(self, campaign: bytes) -> bytes:
        """What the counter's receipt key signs."""
        offices = b"".join(bytes([role]) + u16(index) for role, index in self.destroyed)
        return transcript("headcount/v1 closing", campaign, bytes([len(self.destroyed)]) + offices)

    def verify(self, manifest: Manifest) -> None:
        """What it must hold to by itself [STA-13], [STA-14]."""
        issuers = range(len(manifest.issuers))
        guardians = range(1, 1 + manifest.oprf.guardians)
        indices = {ATTESTER: issuers, GUARDIAN: guardians, ISSUER: issuers}
        exist = all(index in indices[role] for role, index in self.destroyed)
        ascend = self.destroyed == sorted(set(self.destroyed))
        check(exist and ascend, "STA-13", "offices that do not ascend or do not exist")
        with under("STA-14"):
            signed = self.transcript(manifest.campaign)
            ed25519.verify(manifest.counter.receipt_key, signed, self.signature)


Statement = Announcement | Amendment | Closing
