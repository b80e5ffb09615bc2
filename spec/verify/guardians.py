"""Guardians: commitments, messages, combination, tags: tag §3 and §4."""

from collections.abc import Sequence
from dataclasses import dataclass

import edwards
import ristretto
import voprf
from conventions import Reader, check, transcript, u16, u32, under
from edwards import IDENTITY, ORDER, Point

MOST = 64
"""Guardians of a campaign, elements of a request."""


@dataclass(frozen=True)
class Commitments:
    """`n`, `t` and the public keys that follow from the manifest's commitments, tag §3.2."""

    guardians: int
    threshold: int
    points: list[Point]
    share_keys: list[Point]
    """`K_1 … K_n`."""

    @staticmethod
    def parse(guardians: int, threshold: int, encoded: Sequence[bytes]) -> "Commitments":
        """Reads commitments and computes each guardian's key [TAG-8], [TAG-13] to [TAG-16]."""
        good = 1 <= guardians <= MOST and 1 <= threshold <= guardians
        check(good, "TAG-13", "n is not 1 to 64, or t not 1 to n")
        check(len(encoded) == threshold, "TAG-14", "not one commitment for each of the threshold")
        points: list[Point] = []
        for element in encoded:
            identity = element == ristretto.IDENTITY_BYTES
            check(not identity, "TAG-15", "a commitment is the identity")
            points.append(ristretto.decode(element))
        share_keys = [share_key(points, i) for i in range(1, guardians + 1)]
        identity = any(ristretto.is_identity(key) for key in share_keys)
        check(not identity, "TAG-15", "a guardian's public key is the identity")
        return Commitments(guardians, threshold, points, share_keys)


def share_key(points: Sequence[Point], i: int) -> Point:
    """`K_i = Σ i^j·A_j`, by Horner's rule."""
    key = IDENTITY
    for point in reversed(points):
        key = edwards.add(edwards.multiply(i, key), point)
    return key


@dataclass(frozen=True)
class Request:
    """`EvaluationRequest` of tag §3.3."""

    campaign: bytes
    epoch: int
    elements: list[bytes]

    @staticmethod
    def parse(data: bytes) -> "Request":
        """Reads a request as a whole or not at all [TAG-18]."""
        reader = Reader(data, "TAG-18")
        request = Request(reader.take(32), reader.number(4), _elements(reader))
        reader.end()
        return request

    def encode(self) -> bytes:
        """The bytes of the message."""
        body = b"".join(self.elements)
        return self.campaign + u32(self.epoch) + u16(len(body)) + body


@dataclass(frozen=True)
class Evaluation:
    """`Evaluation` of tag §3.3."""

    index: int
    epoch: int
    elements: list[bytes]
    proof: bytes

    @staticmethod
    def parse(data: bytes) -> "Evaluation":
        """Reads an evaluation as a whole or not at all [TAG-18]."""
        reader = Reader(data, "TAG-18")
        index, epoch = reader.number(2), reader.number(4)
        check(index != 0, "TAG-18", "no guardian has the index 0")
        evaluation = Evaluation(index, epoch, _elements(reader), reader.take(64))
        reader.end()
        with under("TAG-18"):
            ristretto.scalar(evaluation.proof[:32])
            ristretto.scalar(evaluation.proof[32:])
        return evaluation

    def encode(self) -> bytes:
        """The bytes of the message."""
        body = b"".join(self.elements)
        head = u16(self.index) + u32(self.epoch)
        return head + u16(len(body)) + body + self.proof


def _elements(reader: Reader) -> list[bytes]:
    length = reader.number(2)
    good = length % 32 == 0 and 1 <= length // 32 <= MOST
    check(good, "TAG-18", "not 1 to 64 elements")
    elements = [reader.take(32) for _ in range(length // 32)]
    with under("TAG-18"):
        for element in elements:
            ristretto.decode(element)
    return elements


def public_key(share: int) -> Point:
    """`K_i` of a share, tag §3.1."""
    return edwards.multiply(share, edwards.BASE)


def evaluate(share: int, index: int, nonce: int, request: Request) -> Evaluation:
    """What guardian `index` answers, tag §3.3."""
    blinded = [ristretto.decode(element) for element in request.elements]
    evaluated = [edwards.multiply(share, point) for point in blinded]
    proof = voprf.prove(share, nonce, blinded, evaluated)
    elements = [ristretto.encode(point) for point in evaluated]
    return Evaluation(index, request.epoch, elements, proof)


def combine(
    commitments: Commitments, request: Request, evaluations: Sequence[Evaluation]
) -> list[Point]:
    """`k·α_j` for each element of the request, by the steps of tag §3.4."""
    step_1 = "tag §3.4 step 1"
    indices = [evaluation.index for evaluation in evaluations]
    check(len(set(indices)) == len(indices), "TAG-20", "two evaluations of one guardian")
    check(len(indices) >= commitments.threshold, step_1, "fewer evaluations than the threshold")
    check(max(indices) <= commitments.guardians, step_1, "the campaign has no such guardian")
    for evaluation in evaluations:
        check(evaluation.epoch == request.epoch, step_1, "an evaluation of another epoch")
        same = len(evaluation.elements) == len(request.elements)
        check(same, step_1, "an evaluation of another number of elements")
    blinded = [ristretto.decode(element) for element in request.elements]
    proven: list[tuple[int, list[Point]]] = []
    for evaluation in evaluations:
        result = [ristretto.decode(element) for element in evaluation.elements]
        key = commitments.share_keys[evaluation.index - 1]
        good = voprf.verify(key, blinded, result, evaluation.proof)
        check(good, "TAG-21", f"the proof of guardian {evaluation.index} does not verify")
        proven.append((evaluation.index, result))
    chosen = proven[: commitments.threshold]
    combined = [IDENTITY] * len(blinded)
    for i, result in chosen:
        weight = _weight(i, [j for j, _ in chosen])
        terms = [edwards.multiply(weight, point) for point in result]
        combined = [edwards.add(a, b) for a, b in zip(combined, terms, strict=True)]
    return combined


def _weight(i: int, indices: Sequence[int]) -> int:
    """`λ_i` of tag §3.4."""
    weight = 1
    for j in indices:
        if j != i:
            weight = weight * j * pow(j - i, -1, ORDER) % ORDER
    return weight


def tag_input(campaign: bytes, issuer: int, method: str, identifier: str) -> bytes:
    """The input of the VOPRF, tag §4.1."""
    fields = (u16(issuer), method.encode(), identifier.encode())
    return transcript("headcount/v1 tag input", campaign, *fields)
