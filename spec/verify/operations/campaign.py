"""The operations of `campaign.json` and `recount.json`."""

import json
from collections.abc import Callable

import memory
import report
import rules
import urls
from cases import Case, Json
from conventions import Broken
from manifest import Manifest, check_id, check_length
from recount import recount


def _manifest(case: Case) -> Json:
    manifest = rules.parse(case.manifest())
    return {
        "campaign_id": manifest.campaign.hex(),
        "authorities": {
            "counter": urls.authority(manifest.counter.url),
            "issuers": [urls.authority(issuer.url) for issuer in manifest.issuers],
        },
        "class_of": [manifest.class_of(i) for i in range(len(manifest.issuers))],
    }


def _manifest_of_link(case: Case) -> Json:
    data = case.manifest()
    check_id(data, case.text("campaign_id"))
    return {"campaign_id": rules.parse(data).campaign.hex()}


class Files:
    """The files of a mirror in memory."""

    complete = False
    campaign = None

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = files

    def manifest(self) -> bytes:
        """`manifest.json`."""
        return self._files["manifest.json"]

    def file(self, manifest: Manifest, issuer: int | None, path: str, longest: int) -> bytes | None:
        """A file below `pledges` or `issuances/N`."""
        folder = "pledges" if issuer is None else f"issuances/{issuer}"
        data = self._files.get(f"{folder}/{path}")
        return None if data is None else data[: longest + 1]


def _recount(case: Case) -> Json:
    source = Files(case.mirror())
    try:
        check_length(source.manifest())
        check_id(source.manifest(), case.text("campaign_id"))
        manifest = rules.parse(source.manifest())
    except Broken as error:
        rule = error.rule if error.rule == "CAM-1" else "manifest"
        raise Broken(rule, error.reason) from error
    earlier = None
    if case.has("earlier"):
        earlier = memory.parse(json.dumps(case.input["earlier"]), manifest)
    issuances, pledges = recount(source, manifest, earlier)
    return {"report": report.agrees(manifest, issuances, pledges)}


OPERATIONS: dict[str, Callable[[Case], Json]] = {
    "manifest": _manifest,
    "manifest-of-link": _manifest_of_link,
    "recount": _recount,
}
