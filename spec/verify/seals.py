"""What the pledge log says of the issuance logs, in seals and revocations: recount §5."""

from dataclasses import dataclass
from typing import Any

from conventions import check, under
from entries import Seal
from issuances import IssuanceCount
from logs import Head
from manifest import Manifest
from statements import Revocation

Finding = dict[str, Any]


@dataclass(frozen=True)
class Frozen:
    """What counts at most for an issuer that was revoked."""

    size: int
    """Size of the revocation's checkpoint."""
    issued: int


class Seals:
    """What each issuer has issued, by the seals so far."""

    def __init__(self, manifest: Manifest, issuances: list[IssuanceCount]) -> None:
        self._manifest = manifest
        self._issuances = issuances
        self._sizes = [0] * len(issuances)
        self._issued = [0] * len(issuances)
        self.frozen: dict[int, Frozen] = {}
        """By the issuers that were revoked."""

    def apply(self, seal: Seal, gross: list[int]) -> list[Finding]:
        """Steps 1 to 3 at a seal, each for all issuers [REC-17] to [REC-19]: what was found."""
        findings: list[Finding] = []
        for i, data in enumerate(seal.checkpoints):
            head = self._sealed(i, data)
            self._sizes[i] = head.size
            if head in self._issuances[i].states:
                self._issued[i] = self._issuances[i].states[head]
            elif data != b"":
                findings.append(self._no_state(i, seal.batch, head))
        for i in range(len(self._issued)):
            issued = self.bound(i, self._issued[i])
            pledges = gross[self._manifest.class_of(i)]
            if pledges > issued:
                covered = pledges <= self.bound(i, self._issuances[i].issued)
                place = {"issuer": i, "batch": seal.batch}
                excess = {"excess": pledges - issued, "covered": covered}
                findings.append({"finding": "excess", **place, **excess})
        return findings

    def _sealed(self, issuer: int, data: bytes) -> Head:
        """Size and root of a checkpoint in a seal; an empty one has size 0."""
        head = self._open(issuer, data) if data else Head(0, b"")
        self._check_grown(issuer, head)
        return head

    def head_of(self, revocation: Revocation) -> Head:
        """Size and root of the checkpoint in a revocation [STA-11]."""
        head = self._open(revocation.issuer, revocation.checkpoint)
        self._check_grown(revocation.issuer, head)
        return head

    def _open(self, issuer: int, data: bytes) -> Head:
        """A checkpoint of an issuer's log [REC-17]."""
        with under("REC-17"):
            checkpoint = self._manifest.witnessed(data, self._manifest.issuers[issuer].log)
        return Head(checkpoint.size, checkpoint.root)

    def _check_grown(self, issuer: int, head: Head) -> None:
        """No checkpoint goes back behind that of the last seal [REC-18]."""
        grown = head.size >= self._sizes[issuer]
        check(grown, "REC-18", "a smaller checkpoint than before")

    def revoke(self, revocation: Revocation, batch: int) -> list[Finding]:
        """Freezes what an issuer has issued."""
        issuer, head = revocation.issuer, self.head_of(revocation)
        states = self._issuances[issuer].states
        self.frozen[issuer] = Frozen(head.size, states.get(head, self._issued[issuer]))
        return [] if head in states else [self._no_state(issuer, batch, head)]

    def _no_state(self, issuer: int, batch: int, head: Head) -> Finding:
        """A checkpoint that is no state of the log that was read [REC-19]."""
        behind = head.size > self._issuances[issuer].log.checkpoint.size
        kind = "issuance-behind" if behind else "issuance-fork"
        return {"finding": kind, "issuer": issuer, "batch": batch, "size": head.size}

    def bound(self, issuer: int, issued: int) -> int:
        """What counts for an issuer: no more than at its revocation."""
        frozen = self.frozen.get(issuer)
        return issued if frozen is None else min(issued, frozen.issued)

    def counted(self, gross: list[int], withdrawn: list[int]) -> list[int]:
        """Step 4: what counts of each class."""
        issued = [self.bound(i, number) for i, number in enumerate(self._issued)]
        classes = zip(gross, withdrawn, self._manifest.classes, strict=True)
        return [
            max(0, min([pledges, *(issued[i] for i in c.issuers)]) - gone)
            for pledges, gone, c in classes
        ]
