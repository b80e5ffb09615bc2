"""Threshold certificates: certificate."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import entries
import merkle
import rules
from cases import Json
from conventions import Broken, Reader, check, sha256, transcript, u16, u32, u64, under
from manifest import Manifest, check_id
from pledges import Pledge

T = TypeVar("T")

MAGIC = b"headcount-cert/1"
LONGEST = 134_217_728
LONGEST_PART = 262_144
FORM = "CER-1"


@dataclass(frozen=True)
class Node:
    """A subtree of the list, certificate §2."""

    least: bytes
    greatest: bytes
    hash: bytes


def samples(e: int) -> int:
    """How many positions are drawn, certificate §1 [CER-2]."""
    check(10 <= e <= 999, "CER-2", "a bound outside 10 to 999 thousandths")
    k = 1
    while (1000 - e) ** k << 128 > 1000**k:
        k += 1
    return k


def verify(data: bytes, campaign: str | None) -> Json:
    """The steps of certificate §5; gives what the certificate shows."""
    check(len(data) <= LONGEST, FORM, "the file is too long")
    reader = Reader(data, FORM)
    check(reader.take(len(MAGIC)) == MAGIC, FORM, "the file begins otherwise")
    e, listed, root = reader.number(2), reader.number(8), reader.take(32)
    manifest_bytes, note = _part(reader), _part(reader)
    k = samples(e)
    if campaign is not None:
        check_id(manifest_bytes, campaign)
    with under("manifest"):
        manifest = rules.parse(manifest_bytes)
    with under("CER-4"):
        checkpoint = manifest.witnessed(note, manifest.counter.log)
    check(0 < listed < checkpoint.size, "CER-3", "so many pledges cannot stand in the log")
    head = (u16(e), u64(listed), root, sha256(note))
    challenge = sha256(transcript("headcount/v1 certificate challenge", manifest.campaign, *head))
    positions = sorted({_position(manifest, challenge, j, listed) for j in range(k)})
    shown = [(reader.number(8), reader.string()) for _ in positions]
    beside = _walk(0, listed, positions, lambda: Node(*(reader.take(32) for _ in range(3))))
    indices = [index for index, _ in shown]
    check(max(indices) < checkpoint.size, "CER-8", "an index outside of the log")
    check(len(set(indices)) == len(indices), "CER-8", "two samples with one index")
    log_beside = _walk(0, checkpoint.size, sorted(indices), lambda: reader.take(32))
    reader.end()
    pledges = [_pledge(entry) for _, entry in shown]
    leaves = {
        position: _leaf(manifest, pledge.opening.nonce(manifest.campaign), *sample)
        for position, pledge, sample in zip(positions, pledges, shown, strict=True)
    }
    top = _build(0, listed, leaves, iter(beside), lambda left, right: _join(manifest, left, right))
    check(top.hash == root, "CER-12", "the pledges lead to another root")
    hashes = {index: merkle.leaf(entry) for index, entry in shown}
    log_root = _build(0, checkpoint.size, hashes, iter(log_beside), merkle.node)
    check(log_root == checkpoint.root, "CER-13", "the entries lead to another root of the log")
    for pledge in pledges:
        with under("CER-14"):
            pledge.verify(manifest)
    proved = -(-listed * (1000 - e) // 1000)
    return {
        "campaign_id": manifest.campaign.hex(),
        "e": e,
        "k": k,
        "listed": listed,
        "size": checkpoint.size,
        "challenge": challenge.hex(),
        "positions": positions,
        "pledges": proved,
        "net": max(0, 2 * proved - checkpoint.size),
    }


def _part(reader: Reader) -> bytes:
    length = reader.number(4)
    check(length <= LONGEST_PART, FORM, "the manifest or the checkpoint is too long")
    return reader.take(length)


def _position(manifest: Manifest, challenge: bytes, j: int, listed: int) -> int:
    label = "headcount/v1 certificate sample"
    drawn = sha256(transcript(label, manifest.campaign, challenge, u32(j)))
    return int.from_bytes(drawn[:16], "big") % listed


def _pledge(entry: bytes) -> Pledge:
    with under("CER-9"):
        pledge = entries.parse(entry)
        if not isinstance(pledge, Pledge):
            raise Broken("CER-9", "an entry that is no pledge")
        return pledge


def _leaf(manifest: Manifest, nonce: bytes, index: int, entry: bytes) -> Node:
    fields = (nonce, u64(index), merkle.leaf(entry))
    hashed = sha256(transcript("headcount/v1 certificate leaf", manifest.campaign, *fields))
    return Node(nonce, nonce, hashed)


def _join(manifest: Manifest, left: Node, right: Node) -> Node:
    check(left.greatest < right.least, "CER-11", "two neighbours that do not ascend")
    parts = (left.least, left.greatest, left.hash, right.least, right.greatest, right.hash)
    hashed = sha256(transcript("headcount/v1 certificate node", manifest.campaign, *parts))
    return Node(left.least, right.greatest, hashed)


def _split(first: int, end: int) -> int:
    """Where the right subtree begins, log §1.2."""
    return first + (1 << (end - first - 1).bit_length() - 1)


def _walk(first: int, end: int, taken: Sequence[int], read: Callable[[], T]) -> list[T]:
    """The nodes beside the paths of the leaves that are taken, certificate §3 [CER-7]."""
    if not taken:
        return [read()]
    if end - first == 1:
        return []
    middle = _split(first, end)
    left = [at for at in taken if at < middle]
    nodes = _walk(first, middle, left, read)
    return nodes + _walk(middle, end, taken[len(left) :], read)


def _build(
    first: int, end: int, leaves: dict[int, T], beside: Iterator[T], join: Callable[[T, T], T]
) -> T:
    """The top of the tree over the leaves that are shown and the nodes beside their paths."""
    if not leaves:
        node = next(beside)
        if isinstance(node, Node):
            check(node.least <= node.greatest, "CER-10", "a node that descends")
        return node
    if end - first == 1:
        return leaves[first]
    middle = _split(first, end)
    parts = [
        {at: leaf for at, leaf in leaves.items() if (at < middle) == is_left}
        for is_left in (True, False)
    ]
    left = _build(first, middle, parts[0], beside, join)
    return join(left, _build(middle, end, parts[1], beside, join))
