"""Merkle trees: log §1."""

from collections.abc import Sequence

from conventions import check, sha256

EMPTY_ROOT = sha256(b"")
"""Root of the tree without leaves."""


def leaf(entry: bytes) -> bytes:
    """Hash of an entry, log §1.1."""
    return sha256(b"\x00" + entry)


def node(left: bytes, right: bytes) -> bytes:
    """Hash over two subtrees, log §1.1."""
    return sha256(b"\x01" + left + right)


def root(hashes: Sequence[bytes]) -> bytes:
    """Root over leaf hashes, log §1.2."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return node(root(hashes[:k]), root(hashes[k:]))


def verify_inclusion(
    index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], root_hash: bytes
) -> None:
    """The steps of log §1.3."""
    check(index < size, "log §1.3 step 1", "the tree has no such leaf")
    f, last, r = index, size - 1, leaf_hash
    for c in proof:
        check(last != 0, "LOG-3", "the proof has too many hashes")
        if f % 2 == 1 or f == last:
            r = node(c, r)
            f, last = _halve_past_odd(f, last)
        else:
            r = node(r, c)
            f, last = f // 2, last // 2
    check(last == 0, "LOG-3", "the proof has too few hashes")
    check(r == root_hash, "log §1.3 step 3", "the proof leads to another root")


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """The steps of log §1.4."""
    step_1, step_5 = "log §1.4 step 1", "log §1.4 step 5"
    check(old_size <= new_size, step_1, "the log is smaller than before")
    if old_size == 0 or old_size == new_size:
        known = EMPTY_ROOT if old_size == 0 else old_root
        check(old_root == known, step_1, "the empty tree has another root")
        check(not proof, "LOG-3", "the proof has too many hashes")
        same = old_size != new_size or old_root == new_root
        check(same, step_1, "one size has two roots")
        return
    f, last = old_size - 1, new_size - 1
    while f % 2 == 1:
        f, last = f // 2, last // 2
    rest = list(proof)
    if f == 0:
        a = b = old_root
    else:
        check(bool(rest), "LOG-3", "the proof has too few hashes")
        a = b = rest.pop(0)
    for c in rest:
        check(last != 0, "LOG-3", "the proof has too many hashes")
        if f % 2 == 1 or f == last:
            a, b = node(c, a), node(c, b)
            f, last = _halve_past_odd(f, last)
        else:
            b = node(b, c)
            f, last = f // 2, last // 2
    check(last == 0, "LOG-3", "the proof has too few hashes")
    check(a == old_root and b == new_root, step_5, "the proof leads to other roots")


def _halve_past_odd(f: int, last: int) -> tuple[int, int]:
    """Halves both until the `f` that was halved last was odd."""
    while f % 2 == 0 and f != 0:
        f, last = f // 2, last // 2
    return f // 2, last // 2


class Edge:
    """The growing edge of a tree, log §2.4: the hashes in no full tile, level by level."""

    WIDTH = 256

    def __init__(self) -> None:
        self.size = 0
        self.levels: list[list[bytes]] = []

    def push(self, leaf_hash: bytes) -> list[tuple[int, int, list[bytes]]]:
        """Appends a leaf; gives level, index and hashes of each tile that it makes full."""
        self.size += 1
        full: list[tuple[int, int, list[bytes]]] = []
        level, carried = 0, leaf_hash
        while True:
            if level == len(self.levels):
                self.levels.append([])
            hashes = self.levels[level]
            hashes.append(carried)
            if len(hashes) < self.WIDTH:
                return full
            index = self.size // self.WIDTH ** (level + 1) - 1
            full.append((level, index, hashes))
            self.levels[level] = []
            carried = root(hashes)
            level += 1

    def root(self) -> bytes:
        """Root of the tree so far."""
        over: bytes | None = None
        for hashes in self.levels:
            subtrees = hashes if over is None else [*hashes, over]
            if subtrees:
                over = root(subtrees)
        return EMPTY_ROOT if over is None else over

    def partial(self) -> list[tuple[int, int, list[bytes]]]:
        """Level, index and hashes of each partial tile, from the lowest level up."""
        return [
            (level, self.size // self.WIDTH ** (level + 1), hashes)
            for level, hashes in enumerate(self.levels)
            if hashes
        ]
