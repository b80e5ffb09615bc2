"""From public bytes to a verdict: recount §3."""

from issuances import IssuanceCount, count_issuances
from logs import Head, Log
from manifest import Manifest
from pledge_log import PledgeCount, count_pledges
from sources import Source


def recount(
    source: Source, manifest: Manifest, earlier: list[Head] | None
) -> tuple[list[IssuanceCount], PledgeCount]:
    """Reads the checkpoint of the pledge log first [REC-23], then the others, then each log.

    `earlier` has the heads of the pledge log and of each issuance log at an earlier audit.
    """

    def open_log(issuer: int | None) -> Log:
        place = 0 if issuer is None else 1 + issuer
        return Log(source, manifest, issuer, earlier[place] if earlier else None)

    pledge_log = open_log(None)
    logs = [open_log(i) for i in range(len(manifest.issuers))]
    issuances = [count_issuances(manifest, log) for log in logs]
    return issuances, count_pledges(manifest, pledge_log, issuances)
