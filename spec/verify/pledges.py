"""Pledges, receipts and withdrawals: pledge."""

from dataclasses import dataclass
from typing import Any

import ed25519
import strict_json as js
from conventions import Reader, check, from_hex, sha256, transcript, u16, u64, under
from manifest import Manifest
from tokens import TOKEN_TYPE, Token

MOST_TOKENS = 8


@dataclass(frozen=True)
class Opening:
    """What the supporter fixes before anything is signed, pledge §1."""

    LEN = 36

    class_index: int
    region: int
    public_key: bytes

    @staticmethod
    def parse(data: bytes) -> "Opening":
        """Reads 36 bytes [OVR-1]."""
        reader = Reader(data)
        opening = Opening(reader.number(2), reader.number(2), reader.take(32))
        reader.end()
        return opening

    def encode(self) -> bytes:
        """The 36 bytes."""
        return u16(self.class_index) + u16(self.region) + self.public_key

    def transcript(self, campaign: bytes) -> bytes:
        """What the nonce is the hash of."""
        fields = (u16(self.class_index), self.public_key, u16(self.region))
        return transcript("headcount/v1 pledge nonce", campaign, *fields)

    def nonce(self, campaign: bytes) -> bytes:
        """The nonce that the tokens carry."""
        return sha256(self.transcript(campaign))


@dataclass(frozen=True)
class Pledge:
    """A pledge as it stands in the log, pledge §2."""

    opening: Opening
    tokens: list[bytes]

    @staticmethod
    def parse(data: bytes) -> "Pledge":
        """Reads an opening, a count and the tokens [PLG-2]."""
        reader = Reader(data, "PLG-2")
        opening = Opening.parse(reader.take(Opening.LEN))
        count = reader.number(1)
        check(1 <= count <= MOST_TOKENS, "PLG-2", "a count of tokens outside 1 to 8")
        tokens = [reader.take(Token.LEN) for _ in range(count)]
        reader.end()
        good = all(token.startswith(TOKEN_TYPE) for token in tokens)
        check(good, "PLG-2", "a token of another type")
        return Pledge(opening, tokens)

    @staticmethod
    def redeemed(token: bytes, body: bytes) -> "Pledge":
        """The pledge of a header's token and a body, pledge §2 [PLG-2]."""
        rest = len(body) - Opening.LEN
        check(rest >= 0, "PLG-2", "a body without an opening")
        check(len(token) == Token.LEN, "PLG-2", "a token has 354 bytes")
        count = min(1 + rest // Token.LEN, MOST_TOKENS)
        opening, others = body[: Opening.LEN], body[Opening.LEN :]
        return Pledge.parse(opening + bytes([count]) + token + others)

    def encode(self) -> bytes:
        """As it stands in the log."""
        return self.opening.encode() + bytes([len(self.tokens)]) + b"".join(self.tokens)

    def verify(self, manifest: Manifest) -> bytes:
        """The rules of pledge §3, in their order; gives the nonce."""
        opening = self.opening
        check(opening.class_index < len(manifest.classes), "PLG-7", "no such class")
        known = opening.region == 0 or opening.region in manifest.region_ids
        check(known, "PLG-8", "no such region")
        with under("PLG-9"):
            ed25519.check_key(opening.public_key)
        issuers = manifest.classes[opening.class_index].issuers
        check(len(self.tokens) == len(issuers), "PLG-10", "not one token of each issuer")
        tokens = [Token.parse(token) for token in self.tokens]
        nonce = opening.nonce(manifest.campaign)
        same = all(token.nonce == nonce for token in tokens)
        check(same, "PLG-11", "a token's nonce is not that of the opening")
        digests = [manifest.challenge_digests[i] for i in issuers]
        same = [token.challenge_digest for token in tokens] == digests
        check(same, "PLG-12", "a token of another campaign or issuer")
        keys = [manifest.issuers[i].token_key for i in issuers]
        same = [token.key_id for token in tokens] == [key.id for key in keys]
        check(same, "PLG-13", "a token of another key")
        for token, key in zip(tokens, keys, strict=True):
            with under("PLG-14"):
                key.verify(token.input, token.authenticator)
        return nonce


@dataclass(frozen=True)
class Withdrawal:
    """A withdrawal of the pledge with this opening, pledge §5."""

    opening: Opening
    signature: bytes

    @staticmethod
    def parse(data: bytes) -> "Withdrawal":
        """Reads 100 bytes [OVR-1]."""
        reader = Reader(data)
        withdrawal = Withdrawal(Opening.parse(reader.take(Opening.LEN)), reader.take(64))
        reader.end()
        return withdrawal

    def transcript(self, campaign: bytes) -> bytes:
        """What the pledge key signs."""
        return transcript("headcount/v1 withdrawal", campaign, self.opening.nonce(campaign))

    def verify(self, campaign: bytes) -> bytes:
        """Refuses what the pledge key did not sign [PLG-19]; gives the nonce."""
        with under("PLG-19"):
            ed25519.verify(self.opening.public_key, self.transcript(campaign), self.signature)
        return self.opening.nonce(campaign)


def entry_hash(entry: bytes) -> bytes:
    """What a receipt names, pledge §4: not the leaf hash of the log."""
    return sha256(entry)


def receipt_transcript(campaign: bytes, entry: bytes, batch: int) -> bytes:
    """What a receipt signs, pledge §4."""
    fields = (entry_hash(entry), u64(batch))
    return transcript("headcount/v1 receipt", campaign, *fields)


@dataclass(frozen=True)
class Receipt:
    """What the counter promises, pledge §4."""

    campaign: bytes
    entry_hash: bytes
    batch: int
    signature: bytes

    @staticmethod
    def read(value: Any, rule: str) -> "Receipt":
        """A JSON object with exactly these members, each of its form."""
        names = ("campaign", "entry_hash", "batch", "signature")
        campaign, hashed, batch, signature = js.fields(value, *names, keys=rule, form=rule)
        return Receipt(
            from_hex(js.string(campaign, rule), 32, rule),
            from_hex(js.string(hashed, rule), 32, rule),
            js.integer(batch, 64, number=rule, form=rule),
            from_hex(js.string(signature, rule), 64, rule),
        )

    def verify(self, manifest: Manifest, entry: bytes, rule: str) -> None:
        """Refuses one for another campaign or entry, or that the counter did not sign."""
        own = self.campaign == manifest.campaign and self.entry_hash == entry_hash(entry)
        check(own, rule, "a receipt of another campaign or entry")
        signed = receipt_transcript(manifest.campaign, entry, self.batch)
        with under(rule):
            ed25519.verify(manifest.counter.receipt_key, signed, self.signature)


def verify_receipt(manifest: Manifest, entry: bytes, text: str) -> int:
    """The batch that a receipt promises for an entry [PLG-17]."""
    receipt = Receipt.read(js.parse(text, "PLG-17"), "PLG-17")
    receipt.verify(manifest, entry, "PLG-17")
    return receipt.batch
