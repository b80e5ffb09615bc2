"""What an issuance log counts: recount §4."""

from dataclasses import dataclass, field
from typing import Any

import entries
from attestations import Vouching
from batches import Batches, walk
from conventions import check, under
from logs import Head, Log
from manifest import Manifest

Finding = dict[str, Any]


@dataclass
class IssuanceCount:
    """What is counted in an issuance log."""

    log: Log
    batches: Batches
    issued: int = 0
    states: dict[Head, int] = field(default_factory=dict)
    """`issued` at index 0 and at each seal."""
    findings: list[Finding] = field(default_factory=list)


def count_issuances(manifest: Manifest, log: Log) -> IssuanceCount:
    """Walks an issuance log."""
    assert log.issuer is not None
    count = IssuanceCount(log, Batches(manifest.campaign))
    seen: dict[str, set[bytes]] = {"commitment": set(), "request-digest": set()}
    for index, data, entry in walk(log):
        with log.naming(index):
            _check(manifest, log.issuer, entry)
            count.batches.place(index, entry)
        if isinstance(entry, Vouching):
            values = {"commitment": entry.commitment, "request-digest": entry.request_digest}
            repeated = [what for what, value in values.items() if value in seen[what]]
            if repeated:
                place = {"issuer": log.issuer, "index": index, "what": repeated[0]}
                count.findings.append({"finding": "repeated-issuance", **place})
            else:
                count.issued += 1
            for what, value in values.items():
                seen[what].add(value)
        log.push(data, count.batches.open_entries)
        if not isinstance(entry, Vouching):
            count.states[log.head] = count.issued
    log.finish(count.batches.open_entries)
    return count


def _check(manifest: Manifest, issuer: int, entry: entries.Entry) -> None:
    """The rules of an entry by itself [REC-10], [REC-16], [REC-20]."""
    belongs = isinstance(entry, (entries.Campaign, entries.Seal, Vouching))
    check(belongs, "REC-10", "an entry of the pledge log in an issuance log")
    if isinstance(entry, entries.Seal):
        check(not entry.checkpoints, "REC-16", "a seal of an issuance log with a checkpoint")
    if isinstance(entry, Vouching):
        check(entry.issuer == issuer, "REC-10", "an issuance of another issuer")
        with under("REC-20"):
            entry.verify(manifest.campaign, manifest.issuers[issuer].attester.key)
