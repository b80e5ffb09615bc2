"""Entries one after the other, and their place in a log: recount §3."""

from collections.abc import Iterator
from dataclasses import dataclass

import entries
from conventions import check
from logs import Log
from statements import Closing


@dataclass
class Batches:
    """The place of entries in a log, recount §3 step 2."""

    campaign: bytes
    seals: int = 0
    open_entries: int = 0
    last_key: bytes = b""
    closed: bool = False
    """Whether the closing statement came, behind which nothing follows [STA-15]."""

    def place(self, index: int, entry: entries.Entry) -> None:
        """Applies [REC-9], [REC-36] and [REC-11] to [REC-14]."""
        if index == 0 or isinstance(entry, entries.Campaign):
            good = index == 0 and entry == entries.Campaign(self.campaign)
            check(good, "REC-9", "not this campaign's entry, or not at index 0")
            return
        ends = isinstance(entry, entries.Seal) and self.open_entries > 0
        check(ends or not self.closed, "REC-36", "an entry behind the closing statement")
        if isinstance(entry, entries.Seal):
            check(entry.batch == self.seals, "REC-12", "a seal with another number")
            check(self.open_entries > 0, "REC-14", "a seal of no entries")
            counted = entry.count == self.open_entries
            check(counted, "REC-13", "a seal counts another number of entries")
            self.seals += 1
            self.open_entries, self.last_key = 0, b""
        else:
            key = entries.sort_key(self.campaign, entry)
            check(self.last_key <= key, "REC-11", "the batch is not sorted")
            self.open_entries += 1
            self.last_key = key
            self.closed = isinstance(entry, Closing)


def walk(log: Log) -> Iterator[tuple[int, bytes, entries.Entry]]:
    """Index, bytes and content of each entry [REC-8]. The caller pushes each before the next."""
    for index, data in log.entries():
        with log.naming(index, "REC-8"):
            entry = entries.parse(data)
        yield index, data, entry
