"""The report of a recount, and what an audit remembers: recount §6 and §8."""

import json
from typing import Any

from logs import Log, Refused
from manifest import Manifest
from recount import IssuanceCount, PledgeCount

Json = dict[str, Any]


def agrees(manifest: Manifest, issuances: list[IssuanceCount], pledges: PledgeCount) -> Json:
    """The report of a recount that agrees."""
    last = pledges.sealed[-1].counted if pledges.sealed else [0] * len(manifest.classes)
    classes = zip(manifest.classes, pledges.gross, last, strict=True)
    return {
        "verdict": "agrees",
        "campaign": manifest.campaign.hex(),
        "witnessing": "unwitnessed",
        "pledge_log": _log(pledges.log, pledges.batches.seals),
        "issuance_logs": [
            {
                "issuer": i,
                "log": _log(count.log, count.batches.seals),
                "issued": count.issued,
                "slack": max(0, count.issued - pledges.gross[manifest.class_of(i)]),
            }
            for i, count in enumerate(issuances)
        ],
        "classes": [
            {"class": c.name, "pledges": gross, "counted": counted} for c, gross, counted in classes
        ],
        "sum": sum(last),
        "maximum": max(last),
        "regions": {str(region): n for region, n in sorted(pledges.regions.items())},
        "threshold": _threshold(manifest, pledges, last),
        "batches": [
            {"batch": i, "size": batch.size, "count": batch.count, "classes": batch.counted}
            for i, batch in enumerate(pledges.sealed)
        ],
        "findings": [
            *(finding for count in issuances for finding in count.findings),
            *pledges.findings,
        ],
    }


def _log(log: Log, seals: int) -> Json:
    head = log.head
    return {"origin": log.key.name, "size": head.size, "root": head.root.hex(), "batches": seals}


def _threshold(manifest: Manifest, pledges: PledgeCount, last: list[int]) -> Json:
    def compared(counted: list[int]) -> int:
        if isinstance(of, int):
            return counted[of]
        return sum(counted) if of == "sum" else max(counted)

    count, of = manifest.threshold.count, manifest.threshold.of
    reached = (i for i, batch in enumerate(pledges.sealed) if compared(batch.counted) >= count)
    return {
        "count": count,
        "of": {"class": of} if isinstance(of, int) else of,
        "current": compared(last),
        "reached_in_batch": next(reached, None),
    }


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


def text(report: Json) -> str:
    """A report in words."""
    if report["verdict"] == "refused":
        log = report["log"]
        place = "" if log is None else f", {log if log == 'pledges' else json.dumps(log)}"
        place += "" if report["index"] is None else f", index {report['index']}"
        heading = f"campaign    {report['campaign']}\n" if "campaign" in report else ""
        return f"{heading}REFUSED [{report['rule']}]{place}: {report['reason']}"
    threshold = report["threshold"]
    lines = [f"campaign    {report['campaign']}"]
    for c in report["classes"]:
        lines.append(f"class       {c['class']}: {c['counted']} of {c['pledges']}")
    lines += [f"sum         {report['sum']}", f"maximum     {report['maximum']}"]
    lines += [f"threshold   {threshold['current']} of {threshold['count']}"]
    for name, log in _named_logs(report):
        lines.append(f"{name:<11} {log['size']} entries in {log['batches']} batches, {log['root']}")
    lines += [f"finding     {json.dumps(finding)}" for finding in report["findings"]]
    return "\n".join([*lines, "AGREES"])


def _named_logs(report: Json) -> list[tuple[str, Json]]:
    issuances = [(f"issuances {log['issuer']}", log["log"]) for log in report["issuance_logs"]]
    return [("pledges", report["pledge_log"]), *issuances]
