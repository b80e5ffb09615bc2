"""What the pledge log counts: recount §5."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import entries
from attestations import Vouching
from batches import Batches, walk
from conventions import check, under
from issuances import IssuanceCount
from logs import Log
from manifest import Manifest
from pledges import Pledge, Withdrawal
from seals import Seals
from statements import Amendment, Announcement, Closing, Revocation, Shares

Finding = dict[str, Any]


@dataclass
class Batch:
    """The counts at a seal."""

    size: int
    count: int
    counted: list[int]
    spread: int
    """Regions that have the pledges which the threshold asks of each."""


@dataclass
class Place:
    """Where a statement stands."""

    batch: int
    index: int


class PledgeCount:
    """What is counted in the pledge log so far."""

    def __init__(self, manifest: Manifest, log: Log, issuances: list[IssuanceCount]) -> None:
        self._manifest = manifest
        self.log = log
        self.batches = Batches(manifest.campaign)
        self.seals = Seals(manifest, issuances)
        self.gross = [0] * len(manifest.classes)
        self.withdrawn = [0] * len(manifest.classes)
        self.regions: Counter[int] = Counter()
        self.sealed: list[Batch] = []
        self.announcements: list[tuple[Place, Announcement]] = []
        self.amendments: list[tuple[Place, Amendment]] = []
        self.closing: tuple[Place, Closing] | None = None
        self.findings: list[Finding] = []
        self._pledged: dict[bytes, int] = {}
        """The batch of each nonce."""
        self._gone: set[bytes] = set()
        """Nonces that were withdrawn."""

    def check_entry(self, entry: entries.Entry) -> None:
        """Recount §3 step 1: the entry by itself, and by those before [REC-27]."""
        match entry:
            case Vouching():
                check(False, "REC-10", "an issuance in the pledge log")
            case entries.Seal():
                good = len(entry.checkpoints) == len(self._manifest.issuers)
                check(good, "REC-16", "a seal without one checkpoint for each issuer")
            case Pledge():
                with under("REC-21"):
                    nonce = entry.verify(self._manifest)
                first = nonce not in self._pledged
                check(first, "REC-22", "a nonce that stands in the log before")
            case Withdrawal():
                with under("REC-28"):
                    nonce = entry.verify(self._manifest.campaign)
                # [PLG-20], [PLG-21]
                sealed = self._pledged.get(nonce, self.batches.seals) < self.batches.seals
                check(sealed, "REC-29", "a withdrawal of no pledge of an earlier batch")
                check(nonce not in self._gone, "REC-30", "a second withdrawal of a pledge")
            case Announcement():
                with under("REC-31"):
                    entry.verify(self._manifest)
                next_one = entry.number == len(self.announcements)  # [STA-1]
                check(next_one, "REC-33", "not the next announcement")
            case Amendment():
                with under("REC-32"):
                    entry.verify(self._manifest)
                next_one = entry.number == len(self.amendments)  # [STA-1]
                check(next_one, "REC-33", "not the next amendment")
                self._check_change(entry.change)
            case Closing():
                with under("REC-35"):
                    entry.verify(self._manifest)

    def _check_change(self, change: Shares | Revocation) -> None:
        """What an amendment must hold to by those before it [REC-34]: [STA-9] to [STA-11]."""
        if isinstance(change, Shares):
            made = [amendment.change for _, amendment in self.amendments]
            good = change.epoch == 1 + sum(isinstance(before, Shares) for before in made)
            check(good, "REC-34", "new shares of another epoch than the next")
        else:
            good = change.issuer not in self.seals.frozen
            check(good, "REC-34", "a second revocation of an issuer")
            self.seals.head_of(change)

    def apply(self, index: int, entry: entries.Entry) -> None:
        """What an entry that is in its place changes."""
        place = Place(self.batches.seals, index)
        match entry:
            case Pledge(opening):
                self._pledged[opening.nonce(self._manifest.campaign)] = self.batches.seals
                self.gross[opening.class_index] += 1
                self.regions[opening.region] += 1
            case Withdrawal(opening):
                self._gone.add(opening.nonce(self._manifest.campaign))
                self.withdrawn[opening.class_index] += 1
                self.regions[opening.region] -= 1
            case Announcement():
                self.announcements.append((place, entry))
            case Amendment(change=change):
                self.amendments.append((place, entry))
                if isinstance(change, Revocation):
                    self.findings += self.seals.revoke(change, place.batch)
            case Closing():
                self.closing = (place, entry)
            case entries.Seal():
                self.findings += self.seals.apply(entry, self.gross)
                counted = self.seals.counted(self.gross, self.withdrawn)
                self.sealed.append(Batch(index + 1, entry.count, counted, self._spread()))

    def _spread(self) -> int:
        pledges = self._manifest.threshold.spread.pledges
        return sum(n >= pledges for region, n in self.regions.items() if region != 0)


def count_pledges(manifest: Manifest, log: Log, issuances: list[IssuanceCount]) -> PledgeCount:
    """Walks the pledge log."""
    count = PledgeCount(manifest, log, issuances)
    for index, data, entry in walk(log):
        with log.naming(index):
            count.check_entry(entry)
            count.batches.place(index, entry)
            count.apply(index, entry)
        log.push(data, count.batches.open_entries)
    log.finish(count.batches.open_entries)
    return count
