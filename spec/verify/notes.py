"""Keys, notes and checkpoints: log §3."""

import re
from dataclasses import dataclass

import ed25519
from conventions import (
    WHITE_SPACE,
    Broken,
    check,
    from_base64,
    from_decimal,
    from_hex,
    sha256,
    to_base64,
)
from merkle import EMPTY_ROOT

LONGEST_NOTE = 262_144
ED25519 = b"\x01"
"""The type of a key, log §3.1."""


def is_name(text: str) -> bool:
    """Whether a text is a key name, log §3.1."""
    return text != "" and not any(c == "+" or c < " " or c in WHITE_SPACE for c in text)


@dataclass(frozen=True)
class VerifierKey:
    """A verifier key, log §3.1."""

    name: str
    id: bytes
    public_key: bytes

    @staticmethod
    def of(name: str, public_key: bytes) -> "VerifierKey":
        """The key with the id that follows from name and public key."""
        key_id = sha256(name.encode() + b"\n" + ED25519 + public_key)[:4]
        return VerifierKey(name, key_id, public_key)

    @staticmethod
    def parse(text: str) -> "VerifierKey":
        """Reads `name+id+base64` [LOG-14]."""
        parts = text.split("+", 2)
        check(len(parts) == 3, "LOG-14", "not a name, a key id and a key")
        name, spelled_id, encoded = parts
        check(is_name(name), "LOG-14", "not the name of a key")
        key_id = from_hex(spelled_id, 4, "LOG-14")
        key = from_base64(encoded, "LOG-14")
        check(key[:1] == ED25519 and len(key) == 33, "LOG-14", "not an Ed25519 key of 32 bytes")
        parsed = VerifierKey.of(name, key[1:])
        try:
            ed25519.check_key(parsed.public_key)
        except Broken as error:
            raise Broken("LOG-14", error.reason) from error
        check(parsed.id == key_id, "LOG-14", "the key id does not follow from name and key")
        return parsed

    def text(self) -> str:
        """The verifier key as the manifest has it."""
        return f"{self.name}+{self.id.hex()}+{to_base64(ED25519 + self.public_key)}"


@dataclass(frozen=True)
class Note:
    """A text and its signature lines, as name, key id and signature, log §3.2."""

    text: str
    signatures: list[tuple[str, bytes, bytes]]

    @staticmethod
    def parse(data: bytes) -> "Note":
        """Reads a note [LOG-15]."""
        check(len(data) <= LONGEST_NOTE, "LOG-15", "the note is too long")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Broken("LOG-15", "the note is not UTF-8") from error
        good = not any(c < " " and c != "\n" for c in whole)
        check(good, "LOG-15", "the note has a control character")
        text, empty_line, below = whole.rpartition("\n\n")
        check(empty_line != "", "LOG-15", "the note has no empty line")
        check(below == "" or below.endswith("\n"), "LOG-15", "the note ends without a line feed")
        lines = below.split("\n")[:-1]
        check(1 <= len(lines) <= 64, "LOG-15", "not 1 to 64 signature lines")
        return Note(text + "\n", [_signature_line(line) for line in lines])

    def verify(self, keys: list[VerifierKey]) -> list[VerifierKey]:
        """The known keys that signed, each once, in the order of the lines [LOG-16] to [LOG-18]."""
        known = {(key.name, key.id): key for key in keys}
        signers: list[VerifierKey] = []
        for name, key_id, signature in self.signatures:
            key = known.get((name, key_id))
            if key is None:
                continue
            try:
                ed25519.verify(key.public_key, self.text.encode(), signature)
            except Broken as error:
                raise Broken("LOG-17", "a known key's line does not verify") from error
            if key not in signers:
                signers.append(key)
        check(bool(signers), "LOG-17", "no line of a known key")
        return signers


def _signature_line(line: str) -> tuple[str, bytes, bytes]:
    match = re.fullmatch("\u2014 ([^ ]+) ([^ ]+)", line)
    if match is None or not is_name(match[1]):
        raise Broken("LOG-15", "a line below the empty one is no signature line")
    data = from_base64(match[2], "LOG-15")
    check(len(data) >= 5, "LOG-15", "a signature line of less than 5 bytes")
    return match[1], data[:4], data[4:]


@dataclass(frozen=True)
class Checkpoint:
    """Size and root of a log, signed by it, log §3.3."""

    origin: str
    size: int
    root: bytes

    @staticmethod
    def parse(data: bytes, key: VerifierKey) -> "Checkpoint":
        """Reads and verifies a checkpoint [LOG-15] to [LOG-21], [LOG-35]."""
        note = Note.parse(data)
        note.verify([key])
        lines = note.text.split("\n")[:-1]
        check(len(lines) >= 3, "LOG-35", "the checkpoint has fewer than three lines")
        check(len(lines) == 3, "LOG-20", "the checkpoint has extension lines")
        check(lines[0] == key.name, "LOG-19", "the checkpoint is of another log")
        size = from_decimal(lines[1])
        root = from_base64(lines[2], "LOG-35")
        check(len(root) == 32, "LOG-35", "a root has 32 bytes")
        good = size != 0 or root == EMPTY_ROOT
        check(good, "LOG-21", "a checkpoint of no entries with a root of some")
        return Checkpoint(lines[0], size, root)


def sign_checkpoint(seed: bytes, origin: str, size: int, root: bytes) -> str:
    """The checkpoint that a log signs, log §3.3."""
    key = VerifierKey.of(origin, ed25519.public_key(seed))
    text = f"{origin}\n{size}\n{to_base64(root)}\n"
    line = to_base64(key.id + ed25519.sign(seed, text.encode()))
    return f"{text}\n\u2014 {origin} {line}\n"
