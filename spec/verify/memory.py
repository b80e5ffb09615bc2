"""What an audit remembers for the next one: recount §8."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import strict_json as js
from conventions import Broken, check, from_hex
from logs import Head, Log
from manifest import Manifest
from sources import UNUSABLE, Unreadable

LONGEST = 65_536
_FORM = "recount §8"


def parse(text: str, manifest: Manifest) -> list[Head]:
    """The heads of the pledge log and of each issuance log, of an audit of this campaign."""
    names = ("campaign", "pledges", "issuances")
    campaign, pledges, issuances = _fields(js.parse(text, _FORM), *names)
    same = from_hex(js.string(campaign, _FORM), 32, _FORM) == manifest.campaign
    check(same, _FORM, "it is of another campaign")
    heads = [_head(value) for value in [pledges, *js.array(issuances, _FORM)]]
    check(len(heads) == 1 + len(manifest.issuers), _FORM, "not one head for each log")
    return heads


def _head(value: Any) -> Head:
    size, root = _fields(value, "size", "root")
    return Head(
        js.integer(size, 64, number=_FORM, form=_FORM), from_hex(js.string(root, _FORM), 32, _FORM)
    )


def _fields(value: Any, *names: str) -> list[Any]:
    return js.fields(value, *names, keys=_FORM, form=_FORM)


def load(path: Path, manifest: Manifest) -> list[Head] | None:
    """Reads the file of an earlier audit; `None` if there is none yet."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable(UNUSABLE, f"{path} is no file")
        with path.open("rb") as file:
            data = file.read(LONGEST + 1)
        check(len(data) <= LONGEST, _FORM, "it is too long")
        return parse(data.decode("utf-8"), manifest)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise Unreadable(UNUSABLE, f"{path} cannot be read: {error}") from error
    except Broken as error:
        raise Unreadable(UNUSABLE, f"{path} is no state of this campaign: {error}") from error


def save(path: Path, manifest: Manifest, logs: list[Log]) -> None:
    """Replaces the file after a recount that agreed [REC-26]."""
    heads = [{"size": log.head.size, "root": log.head.root.hex()} for log in logs]
    state = {"campaign": manifest.campaign.hex(), "pledges": heads[0], "issuances": heads[1:]}
    new = path.with_name(path.name + ".new")
    try:
        new.write_text(json.dumps(state, indent=2) + "\n", encoding="utf-8")
        os.replace(new, path)
    except OSError as error:
        raise Unreadable(UNUSABLE, f"{path} cannot be written: {error}") from error
