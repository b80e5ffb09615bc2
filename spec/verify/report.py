"""The report of a recount: recount §6."""

from typing import Any

import threshold
from issuances import IssuanceCount
from logs import Log, Refused
from manifest import Manifest
from pledge_log import Place, PledgeCount
from seals import Seals
from statements import Amendment, Announcement, Shares

Json = dict[str, Any]
OFFICES = ("attester", "guardian", "issuer")
"""The roles of a closing statement, by their numbers."""


def agrees(manifest: Manifest, issuances: list[IssuanceCount], pledges: PledgeCount) -> Json:
    """The report of a recount that agrees."""
    last = pledges.sealed[-1].counted if pledges.sealed else [0] * len(manifest.classes)
    classes = zip(manifest.classes, pledges.gross, pledges.withdrawn, last, strict=True)
    reached = threshold.report(manifest, pledges)
    in_batch = reached["reached_in_batch"]
    return {
        "verdict": "agrees",
        "campaign": manifest.campaign.hex(),
        "witnessing": "witnessed" if manifest.witnesses.keys else "unwitnessed",
        "pledge_log": _log(manifest, pledges.log, pledges.batches.seals),
        "issuance_logs": [_issuances(manifest, count, pledges) for count in issuances],
        "classes": [
            {"class": c.name, "pledges": gross, "withdrawn": withdrawn, "counted": counted}
            for c, gross, withdrawn, counted in classes
        ],
        "sum": sum(last),
        "maximum": max(last),
        "regions": {str(region): n for region, n in sorted(pledges.regions.items()) if n > 0},
        "threshold": reached,
        "announcements": [_announcement(*said, in_batch) for said in pledges.announcements],
        "amendments": [_amendment(*made, pledges.seals) for made in pledges.amendments],
        "closing": _closing(pledges),
        "batches": [
            {"batch": i, "size": batch.size, "count": batch.count, "classes": batch.counted}
            for i, batch in enumerate(pledges.sealed)
        ],
        "findings": [
            *(finding for count in issuances for finding in count.findings),
            *pledges.findings,
        ],
    }


def _log(manifest: Manifest, log: Log, seals: int) -> Json:
    head = log.head
    return {
        "origin": log.key.name,
        "size": head.size,
        "root": head.root.hex(),
        "witnessed": log.witnessed_size if manifest.witnesses.keys else None,
        "batches": seals,
    }


def _issuances(manifest: Manifest, count: IssuanceCount, pledges: PledgeCount) -> Json:
    i = count.log.issuer
    assert i is not None
    frozen, usable = pledges.seals.frozen.get(i), pledges.seals.bound(i, count.issued)
    return {
        "issuer": i,
        "log": _log(manifest, count.log, count.batches.seals),
        "issued": count.issued,
        "frozen": frozen.size if frozen else None,
        "slack": max(0, usable - pledges.gross[manifest.class_of(i)]),
    }


def _announcement(place: Place, said: Announcement, reached: int | None) -> Json:
    """An announcement, placed by the batch in which the threshold was reached, statements §2."""
    if reached is None or place.batch < reached:
        placed = "before"
    else:
        placed = "with" if place.batch == reached else "after"
    stands = {"number": said.number, "batch": place.batch, "index": place.index}
    return {**stands, "time": said.time, "placed": placed, "texts": dict(said.texts)}


def _amendment(place: Place, made: Amendment, seals: Seals) -> Json:
    stands = {"number": made.number, "batch": place.batch, "index": place.index}
    if isinstance(made.change, Shares):
        return {**stands, "change": "shares", "epoch": made.change.epoch}
    issuer = made.change.issuer
    size = seals.frozen[issuer].size
    return {**stands, "change": "revocation", "issuer": issuer, "size": size}


def _closing(pledges: PledgeCount) -> Json | None:
    if pledges.closing is None:
        return None
    place, closing = pledges.closing
    destroyed = [{OFFICES[role]: index} for role, index in closing.destroyed]
    return {"batch": place.batch, "destroyed": destroyed}


def refused(rule: str, reason: str) -> Json:
    """The report if the manifest is refused: `rule` is `CAM-1` or `manifest`."""
    return {"verdict": "refused", "rule": rule, "log": None, "index": None, "reason": reason}


def refused_log(manifest: Manifest, error: Refused) -> Json:
    """The report if a log is refused."""
    return {
        "verdict": "refused",
        "campaign": manifest.campaign.hex(),
        "rule": error.rule,
        "log": "pledges" if error.issuer is None else {"issuances": error.issuer},
        "index": error.index,
        "reason": error.reason,
    }
