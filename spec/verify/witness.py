"""What a witness answers to `add-checkpoint`: witness §3."""

from collections.abc import Sequence
from dataclasses import dataclass

import ed25519
from conventions import Broken, check, from_base64, from_decimal, to_base64
from merkle import EMPTY_ROOT, verify_consistency
from notes import CosignatureKey, Note, VerifierKey, read_text

LONGEST_REQUEST = 265_005
MOST_HASHES = 63


@dataclass(frozen=True)
class Tree:
    """Size and root of a tree."""

    size: int
    root: bytes


@dataclass(frozen=True)
class Request:
    """The size that the log takes for cosigned, a consistency proof, and a note."""

    old: int
    proof: list[bytes]
    note: Note
    origin: str
    tree: Tree

    @staticmethod
    def parse(data: bytes) -> "Request":
        """Reads a body [WIT-7]; whether an empty tree has its root is asked later."""
        check(len(data) <= LONGEST_REQUEST, "WIT-7", "the request is too long")
        head, empty_line, note = data.partition(b"\n\n")
        check(empty_line != b"", "WIT-7", "no empty line before the note")
        try:
            first, *hashes = head.decode("utf-8").split("\n")
        except UnicodeDecodeError as error:
            raise Broken("WIT-7", "the proof is not UTF-8") from error
        check(first.startswith("old "), "WIT-7", "the request does not begin with the old size")
        check(len(hashes) <= MOST_HASHES, "WIT-7", "too many hashes")
        proof = [from_base64(text) for text in hashes]
        check(all(len(node) == 32 for node in proof), "WIT-7", "a hash has 32 bytes")
        old, parsed = from_decimal(first.removeprefix("old ")), Note.parse(note)
        origin, size, root = read_text(parsed.text)
        return Request(old, proof, parsed, origin, Tree(size, root))


@dataclass
class Witness:
    """The logs that a witness knows, and what it has cosigned last for the one that asks."""

    logs: Sequence[VerifierKey]
    last: Tree | None

    def answer(self, data: bytes) -> tuple[int, str, str | None]:
        """Status and body [WIT-7], [WIT-8]; for 200 the text that is to be cosigned [WIT-9]."""
        try:
            request = Request.parse(data)
        except Broken:
            return 400, "", None
        known = [log for log in self.logs if log.name == request.origin]
        if not known:
            return 404, "", None
        try:
            request.note.verify(known)
        except Broken:
            return 403, "", None
        if request.old > request.tree.size:
            return 400, "", None
        last = self.last or Tree(0, EMPTY_ROOT)
        if request.old != last.size:
            return 409, f"{last.size}\n", None
        try:
            self._check(last, request)
        except Broken:
            return 422, "", None
        self.last = request.tree
        return 200, "", request.note.text

    def _check(self, last: Tree, request: Request) -> None:
        """The last two rows of the table."""
        tree = request.tree
        check(tree.size != 0 or tree.root == EMPTY_ROOT, "WIT-8", "an empty tree with another root")
        verify_consistency(last.size, tree.size, last.root, tree.root, request.proof)


def cosign(name: str, seed: bytes, time: int, text: str) -> str:
    """The line of a witness below a checkpoint, witness §1.2."""
    key = CosignatureKey.of(name, ed25519.public_key(seed))
    signature = ed25519.sign(seed, f"cosignature/v1\ntime {time}\n{text}".encode())
    return f"\u2014 {name} {to_base64(key.id + time.to_bytes(8, 'big') + signature)}\n"
