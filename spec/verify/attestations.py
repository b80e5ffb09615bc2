"""Codes, commitments and attestations: attestation §1 to §3."""

import hmac
from dataclasses import dataclass

import ed25519
from conventions import (
    WHITE_SPACE,
    Reader,
    check,
    from_base64url,
    sha256,
    to_base64url,
    transcript,
    u16,
    under,
)

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011", " -")
CODE_FORM = "attestation §1.1"
LONGEST_TYPED = 128
INVITATION = 15
"""Bytes of an invitation: serial number and MAC."""


def code_text(code: bytes) -> str:
    """A code or invitation as it is shown, attestation §1.1."""
    bits = "".join(f"{byte:08b}" for byte in code)
    bits += "0" * (-len(bits) % 5)
    symbols = "".join(CROCKFORD[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))
    return "-".join(symbols[at : at + 4] for at in range(0, len(symbols), 4))


def read_code(text: str, length: int, rule: str = CODE_FORM) -> bytes:
    """The bytes of a code as somebody typed it, attestation §1.1."""
    trimmed = text.strip(WHITE_SPACE)
    check(len(trimmed.encode()) <= LONGEST_TYPED, rule, "more than 128 octets")
    check(trimmed.isascii(), rule, "not a symbol of a code")
    symbols = trimmed.upper().translate(_READ_AS)
    check(all(c in CROCKFORD for c in symbols), rule, "not a symbol of a code")
    check(len(symbols) == -(-8 * length // 5), rule, "a code of another length")
    bits = "".join(f"{CROCKFORD.index(c):05b}" for c in symbols)
    check("1" not in bits[8 * length :], rule, "a code with bits left over")
    return bytes(int(bits[at : at + 8], 2) for at in range(0, 8 * length, 8))


def code_transcript(campaign: bytes, code: bytes) -> bytes:
    """What `code_digest` is the hash of, attestation §1.1."""
    return transcript("headcount/v1 code", campaign, code)


def invitation_transcript(campaign: bytes, issuer: int, serial: int) -> bytes:
    """What the MAC of an invitation is of, attestation §1.2."""
    fields = (u16(issuer), serial.to_bytes(4, "big"))
    return transcript("headcount/v1 invitation", campaign, *fields)


def invitation_mac(secret: bytes, campaign: bytes, issuer: int, serial: int) -> bytes:
    """`mac` of attestation §1.2."""
    return _hmac(secret, invitation_transcript(campaign, issuer, serial))


def invitation(secret: bytes, campaign: bytes, issuer: int, serial: int) -> bytes:
    """The code of an invitation, attestation §1.2."""
    return serial.to_bytes(4, "big") + invitation_mac(secret, campaign, issuer, serial)[:11]


def check_invitation(secret: bytes, campaign: bytes, issuer: int, text: str) -> int:
    """The serial number of an invitation [ATT-7], [ATT-8]."""
    code = read_code(text, INVITATION, "ATT-8")
    serial = int.from_bytes(code[:4], "big")
    genuine = hmac.compare_digest(code, invitation(secret, campaign, issuer, serial))
    check(genuine, "ATT-7", "not an invitation of this campaign")
    return serial


def opening_transcript(campaign: bytes, issuer: int, tag: bytes) -> bytes:
    """What `r` is the MAC of, attestation §2."""
    return transcript("headcount/v1 commitment opening", campaign, u16(issuer), tag)


def opening(secret: bytes, campaign: bytes, issuer: int, tag: bytes) -> bytes:
    """`r` of attestation §2."""
    return _hmac(secret, opening_transcript(campaign, issuer, tag))


def commitment_transcript(campaign: bytes, issuer: int, tag: bytes, r: bytes) -> bytes:
    """What the commitment is the hash of, attestation §2."""
    return transcript("headcount/v1 commitment", campaign, u16(issuer), tag, r)


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


@dataclass(frozen=True)
class Vouching:
    """The public half of an attestation, which stands in the issuance log, attestation §3."""

    issuer: int
    request_digest: bytes
    commitment: bytes
    signature: bytes

    @staticmethod
    def parse(data: bytes) -> "Vouching":
        """Reads the body of an entry, 130 bytes."""
        reader = Reader(data)
        vouching = Vouching(reader.number(2), reader.take(32), reader.take(32), reader.take(64))
        reader.end()
        return vouching

    def encode(self) -> bytes:
        """The 130 bytes."""
        return u16(self.issuer) + self.request_digest + self.commitment + self.signature

    def transcript(self, campaign: bytes) -> bytes:
        """What the attester signs."""
        fields = (u16(self.issuer), self.request_digest, self.commitment)
        return transcript("headcount/v1 attestation", campaign, *fields)

    def verify(self, campaign: bytes, attester_key: bytes) -> None:
        """Refuses what the attester of the manifest did not sign, as overview §2.3 says."""
        ed25519.verify(attester_key, self.transcript(campaign), self.signature)


@dataclass(frozen=True)
class Attestation:
    """What the client carries to the issuer, attestation §3."""

    issuer: int
    request_digest: bytes
    tag: bytes
    r: bytes
    signature: bytes

    @staticmethod
    def parse(text: str) -> "Attestation":
        """Reads base64url of 162 bytes [ATT-11]."""
        reader = Reader(from_base64url(text, rule="ATT-11"), "ATT-11")
        issuer, lengths = reader.number(2), (32, 32, 32, 64)
        attestation = Attestation(issuer, *(reader.take(length) for length in lengths))
        reader.end()
        return attestation

    def encode(self) -> bytes:
        """The 162 bytes."""
        parts = (self.request_digest, self.tag, self.r, self.signature)
        return u16(self.issuer) + b"".join(parts)

    def text(self) -> str:
        """As it travels."""
        return to_base64url(self.encode())

    def vouching(self, campaign: bytes) -> Vouching:
        """The public half."""
        transcript_bytes = commitment_transcript(campaign, self.issuer, self.tag, self.r)
        return Vouching(self.issuer, self.request_digest, sha256(transcript_bytes), self.signature)

    def verify(self, campaign: bytes, issuer: int, request: bytes, attester_key: bytes) -> Vouching:
        """Steps 2 and 3 of the verifier [ATT-12], [ATT-13]; gives the public half."""
        own = self.issuer == issuer and self.request_digest == sha256(request)
        check(own, "ATT-12", "an attestation for another issuer or request")
        vouching = self.vouching(campaign)
        with under("ATT-13"):
            vouching.verify(campaign, attester_key)
        return vouching
