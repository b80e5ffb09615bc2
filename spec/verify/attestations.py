"""The public half of an attestation: attestation §3."""

from dataclasses import dataclass

import ed25519
from conventions import transcript, u16


@dataclass(frozen=True)
class Vouching:
    """What stands in the issuance log."""

    issuer: int
    request_digest: bytes
    commitment: bytes
    signature: bytes

    def transcript(self, campaign: bytes) -> bytes:
        """What the attester signs."""
        fields = (u16(self.issuer), self.request_digest, self.commitment)
        return transcript("headcount/v1 attestation", campaign, *fields)

    def verify(self, campaign: bytes, attester_key: bytes) -> None:
        """Refuses what the attester of the manifest did not sign, as overview §2.3 says."""
        ed25519.verify(attester_key, self.transcript(campaign), self.signature)
