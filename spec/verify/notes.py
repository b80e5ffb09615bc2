"""Keys, notes and checkpoints: log §3; cosignatures: witness §1."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

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
    under,
)
from merkle import EMPTY_ROOT

LONGEST_NOTE = 262_144


def is_name(text: str) -> bool:
    """Whether a text is a key name, log §3.1."""
    return text != "" and not any(c == "+" or c < " " or c in WHITE_SPACE for c in text)


@dataclass(frozen=True)
class VerifierKey:
    """A verifier key, log §3.1."""

    KIND: ClassVar[bytes] = b"\x01"
    """The type byte: Ed25519 over the text."""

    name: str
    id: bytes
    public_key: bytes

    @classmethod
    def of(cls, name: str, public_key: bytes) -> Self:
        """The key with the id that follows from name and public key."""
        key_id = sha256(name.encode() + b"\n" + cls.KIND + public_key)[:4]
        return cls(name, key_id, public_key)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `name+id+base64` [LOG-14]."""
        parts = text.split("+", 2)
        check(len(parts) == 3, "LOG-14", "not a name, a key id and a key")
        name, spelled_id, encoded = parts
        check(is_name(name), "LOG-14", "not the name of a key")
        key_id = from_hex(spelled_id, 4, "LOG-14")
        key = from_base64(encoded, "LOG-14")
        good = key[:1] == cls.KIND and len(key) == 33
        check(good, "LOG-14", "not a key of 32 bytes, of the type that belongs here")
        parsed = cls.of(name, key[1:])
        with under("LOG-14"):
            ed25519.check_key(parsed.public_key)
        check(parsed.id == key_id, "LOG-14", "the key id does not follow from name and key")
        return parsed

    def text(self) -> str:
        """The verifier key as the manifest has it."""
        return f"{self.name}+{self.id.hex()}+{to_base64(self.KIND + self.public_key)}"

    def verify(self, text: str, signature: bytes) -> None:
        """Refuses a line of this key below another text."""
        ed25519.verify(self.public_key, text.encode(), signature)


class CosignatureKey(VerifierKey):
    """The key of a witness [WIT-1], which signs a time and a checkpoint, witness §1."""

    KIND = b"\x04"

    def verify(self, text: str, signature: bytes) -> None:
        """Refuses a cosignature of another checkpoint [WIT-2]."""
        check(len(signature) == 72, "WIT-2", "not a time and a signature")
        time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        super().verify(f"cosignature/v1\ntime {time}\n{text}", signature)


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

    def verify(self, keys: Sequence[VerifierKey]) -> list[VerifierKey]:
        """The known keys that signed, each once, in the order of the lines [LOG-16] to [LOG-18]."""
        known = {(key.name, key.id): key for key in keys}
        signers: list[VerifierKey] = []
        for name, key_id, signature in self.signatures:
            key = known.get((name, key_id))
            if key is None:
                continue
            with under("LOG-17"):
                key.verify(self.text, signature)
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
    witnesses: list[str]
    """Names of the witnesses that have cosigned it, in the order of their lines."""

    @staticmethod
    def parse(
        data: bytes, key: VerifierKey, witnesses: Sequence[CosignatureKey] = ()
    ) -> "Checkpoint":
        """Reads and verifies a checkpoint [LOG-15] to [LOG-21], [LOG-35]."""
        note = Note.parse(data)
        signers = note.verify([key, *witnesses])
        check(key in signers, "LOG-17", "no line of the log")
        cosigners = [signer.name for signer in signers if signer != key]
        origin, size, root = read_text(note.text, key.name)
        good = size != 0 or root == EMPTY_ROOT
        check(good, "LOG-21", "a checkpoint of no entries with a root of some")
        return Checkpoint(origin, size, root, cosigners)


def read_text(text: str, log: str | None = None) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint's text, of this log if it is known, log §3.3."""
    lines = text.split("\n")[:-1]
    check(len(lines) >= 3, "LOG-35", "the checkpoint has fewer than three lines")
    check(len(lines) == 3, "LOG-20", "the checkpoint has extension lines")
    check(log in (None, lines[0]), "LOG-19", "the checkpoint is of another log")
    size = from_decimal(lines[1])
    root = from_base64(lines[2], "LOG-35")
    check(len(root) == 32, "LOG-35", "a root has 32 bytes")
    return lines[0], size, root


def sign_checkpoint(seed: bytes, origin: str, size: int, root: bytes) -> str:
    """The checkpoint that a log signs, log §3.3."""
    key = VerifierKey.of(origin, ed25519.public_key(seed))
    text = f"{origin}\n{size}\n{to_base64(root)}\n"
    line = to_base64(key.id + ed25519.sign(seed, text.encode()))
    return f"{text}\n\u2014 {origin} {line}\n"
