"""A report in words, for people."""

import json
from typing import Any

Json = dict[str, Any]


def text(report: Json) -> str:
    """The report of recount §6, a line for each thing."""
    if report["verdict"] == "refused":
        log = report["log"]
        place = "" if log is None else f", {log if log == 'pledges' else json.dumps(log)}"
        place += "" if report["index"] is None else f", index {report['index']}"
        heading = _line("campaign", report["campaign"]) + "\n" if "campaign" in report else ""
        return f"{heading}REFUSED [{report['rule']}]{place}: {report['reason']}"
    if "complaint" in report:
        return _complaint(report)
    lines = [_line("campaign", report["campaign"]), _line("witnessing", report["witnessing"])]
    for c in report["classes"]:
        counted = f"{c['counted']} of {c['pledges']}, {c['withdrawn']} withdrawn"
        lines.append(_line("class", f"{c['class']}: {counted}"))
    lines += [_line("sum", report["sum"]), _line("maximum", report["maximum"])]
    lines += _threshold(report["threshold"])
    lines.append(_log("pledges", report["pledge_log"]))
    for issuance in report["issuance_logs"]:
        lines.append(_log(f"issuances {issuance['issuer']}", issuance["log"]))
        frozen = issuance["frozen"]
        revoked = "" if frozen is None else f", revoked at {frozen} entries"
        lines.append(_line("", f"{issuance['issued']} issued, slack {issuance['slack']}{revoked}"))
    lines += [_line("announced", _announcement(said)) for said in report["announcements"]]
    lines += [_line("amended", json.dumps(made)) for made in report["amendments"]]
    if report["closing"] is not None:
        lines.append(_line("closed", json.dumps(report["closing"])))
    lines += [_line("finding", json.dumps(finding)) for finding in report["findings"]]
    return "\n".join([*lines, "AGREES"])


def _complaint(found: Json) -> str:
    if found["complaint"] == "promise":
        place = "" if found["index"] is None else f", at index {found['index']}"
        what = f"a promise for batch {found['batch']}: {found['found']}{place}"
    else:
        size = "not read" if found["size"] is None else f"of {found['size']} entries"
        what = f"an issuance of issuer {found['issuer']}, the log {size}"
    lines = [_line("campaign", found["campaign"]), _line("complaint", what)]
    return "\n".join([*lines, found["verdict"].upper()])


def _line(name: str, content: object) -> str:
    return f"{name:<12}{content}"


def _threshold(threshold: Json) -> list[str]:
    witnessed = threshold["witnessed"]
    so_far = "" if witnessed is None else f", {witnessed} of them witnessed"
    count = f"{threshold['current']} of {threshold['count']}{so_far}"
    lines = [_line("threshold", f"{count}, {_reached(threshold['count_reached_in_batch'])}")]
    for mark in threshold["milestones"]:
        lines.append(_line("milestone", f"{mark['count']}, {_reached(mark['reached_in_batch'])}"))
    spread = threshold["spread"]
    if spread is not None:
        regions = f"{spread['current']} of {spread['regions']} regions with {spread['pledges']}"
        lines.append(_line("spread", f"{regions}, {_reached(spread['reached_in_batch'])}"))
        lines.append(_line("both", _reached(threshold["reached_in_batch"])))
    return lines


def _reached(batch: int | None) -> str:
    return "not reached" if batch is None else f"reached in batch {batch}"


def _log(name: str, log: Json) -> str:
    witnessed = "" if log["witnessed"] is None else f", witnessed up to {log['witnessed']}"
    batches = f"{log['size']} entries in {log['batches']} batches"
    return _line(name, f"{batches}, {log['root']}{witnessed}")


def _announcement(said: Json) -> str:
    where = f"{said['number']} in batch {said['batch']}, {said['placed']} the threshold"
    return f"{where}: {json.dumps(said['texts'], ensure_ascii=False)}"
