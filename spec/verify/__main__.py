"""Recounts a campaign from its public bytes, or runs the test vectors; see the README here."""

import argparse
import io
import json
import re
import sys
from pathlib import Path

import evidence
import memory
import report
import rules
import vectors
import words
from conventions import Broken, sha256
from logs import Refused
from manifest import check_id, check_length
from output import line
from recount import recount
from sources import UNUSABLE, USAGE, Mirror, Server, Source, Unreadable

AGREES, VECTORS_FAILED, INTERRUPTED = 0, 1, 130
STATUS = {"agrees": AGREES, "refused": 5, "upheld": 0, "refuted": 5, "open": 7}
"""By the verdict of a report, or on a complaint."""


def main() -> int:
    """Runs what the command line asks for; gives the exit status."""
    parser = argparse.ArgumentParser(prog="spec/verify", description=__doc__)
    parser.add_argument("place", nargs="?", metavar="DIR|URL", help="a mirror, a link or a counter")
    parser.add_argument("--campaign", metavar="ID", type=_campaign_id, help="id it must have")
    parser.add_argument("--state", metavar="FILE", type=Path, help="remembers this audit")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--complaint", metavar="FILE", type=Path, help="judge a complaint instead")
    parser.add_argument("--vectors", metavar="DIR", type=Path, help="run the test vectors instead")
    options = parser.parse_args()
    if options.vectors is not None:
        if options.place is not None or options.complaint is not None:
            parser.error("--vectors stands alone")
        return AGREES if vectors.run(options.vectors) else VECTORS_FAILED
    try:
        source = None if options.place is None else _source(options.place, options.campaign)
        if options.complaint is not None:
            found = complain(options.complaint, options.campaign, source)
        elif source is not None:
            found = audit(source, options.campaign, options.state)
        else:
            parser.error("DIR|URL, --complaint or --vectors is needed")
    except Unreadable as error:
        line(f"spec/verify: {error}", sys.stderr)
        return error.status
    line(json.dumps(found) if options.json else words.text(found), sys.stdout)
    return STATUS[found["verdict"]]


def complain(file: Path, campaign: str | None, source: Source | None) -> report.Json:
    """What a complaint shows, with the logs if there is a source."""
    expected = [campaign]
    if source is not None:
        expected += [source.campaign, sha256(source.manifest()).hex()]
    try:
        with file.open("rb") as stream:
            return evidence.judge(stream.read(evidence.LONGEST + 1), expected, source)
    except OSError as error:
        raise Unreadable(UNUSABLE, f"{file} cannot be read: {error}") from error
    except Broken as error:
        return report.refused(error.rule, error.reason)


def audit(source: Source, campaign: str | None, state: Path | None) -> report.Json:
    """A recount of a campaign; gives its report."""
    data = source.manifest()
    try:
        check_length(data)
        for expected in (campaign, source.campaign):
            if expected is not None:
                check_id(data, expected)
        manifest = rules.parse(data)
    except Broken as error:
        if error.rule == "CAM-1":
            return report.refused(error.rule, error.reason)
        return report.refused("manifest", str(error))
    earlier = None if state is None else memory.load(state, manifest)
    try:
        issuances, pledges = recount(source, manifest, earlier)
    except Refused as error:
        return report.refused_log(manifest, error)
    if state is not None:
        memory.save(state, manifest, [pledges.log, *(count.log for count in issuances)])
    return report.agrees(manifest, issuances, pledges)


def _campaign_id(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise argparse.ArgumentTypeError("an id has 64 lowercase hex digits")
    return text


def _source(place: str, campaign: str | None) -> Source:
    source = Server(place) if "://" in place else Mirror(Path(place))
    if campaign is not None and source.campaign not in (None, campaign):
        raise Unreadable(USAGE, "the link is of another campaign than --campaign")
    return source


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
