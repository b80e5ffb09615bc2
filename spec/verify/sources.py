"""Where the public bytes come from: a mirror (recount §7), or servers (http §4 to §6).

Everything that is read is bounded: a reader gets at most one byte more than it asked for, and
refuses that.
"""

import http.client
import queue
import re
import stat
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import urls
from conventions import Broken
from manifest import LONGEST, Manifest

SECONDS = 60.0
"""For one file, however slowly it comes."""
STALLED = 15.0
"""For one read."""
USAGE, REFUSED, UNREACHABLE, UNUSABLE = 2, 3, 4, 6
"""Exit statuses of `headcount`."""


class Unreadable(Exception):
    """Something could not be read, which says nothing against a log; with the status to exit."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Source(Protocol):
    """Gives the files of one campaign."""

    @property
    def complete(self) -> bool:
        """Whether a file that is missing breaks a rule, recount §6."""

    @property
    def campaign(self) -> str | None:
        """The id that the address itself names."""

    def manifest(self) -> bytes:
        """The manifest."""

    def file(self, manifest: Manifest, issuer: int | None, path: str, longest: int) -> bytes | None:
        """A file of an issuer's log, or of the pledge log; `None` if there is none."""


class Mirror:
    """A directory, recount §7."""

    complete = False
    campaign = None

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def manifest(self) -> bytes:
        """`manifest.json`."""
        data = self._read("manifest.json", LONGEST)
        if data is None:
            raise Unreadable(UNUSABLE, f"no mirror: {self._directory}/manifest.json is missing")
        return data

    def file(self, manifest: Manifest, issuer: int | None, path: str, longest: int) -> bytes | None:
        """A file below `pledges` or `issuances/N`."""
        folder = "pledges" if issuer is None else f"issuances/{issuer}"
        return self._read(f"{folder}/{path}", longest)

    def _read(self, name: str, longest: int) -> bytes | None:
        path = self._directory / name
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise Unreadable(UNUSABLE, f"{name} of the mirror is no file")
            with path.open("rb") as file:
                return file.read(longest + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            raise Unreadable(UNUSABLE, f"{name} of the mirror cannot be read: {error}") from error


class Server:
    """A campaign's link `COUNTER/c/ID`, or a counter's URL alone."""

    complete = True

    def __init__(self, address: str) -> None:
        match = re.fullmatch("(.*)/c/([0-9a-f]{64})", address)
        if match is None and "/c/" in address:
            raise Unreadable(USAGE, "not a link: after /c/ stands an id of 64 lowercase hex digits")
        self.campaign = match[2] if match else None
        self._base = match[1] if match else address.removesuffix("/")
        try:
            urls.check_url(self._base)
        except Broken as error:
            raise Unreadable(USAGE, f"not the URL of a counter: {error.reason}") from error
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler,
            urllib.request.HTTPHandler,
            urllib.request.HTTPSHandler,
        ):
            self._opener.add_handler(handler())

    def manifest(self) -> bytes:
        """`/manifest.json` below the counter's URL."""
        data = self._get(f"{self._base}/manifest.json", LONGEST)
        if data is None:
            raise Unreadable(REFUSED, f"{self._base} serves no manifest")
        return data

    def file(self, manifest: Manifest, issuer: int | None, path: str, longest: int) -> bytes | None:
        """A file below the log's URL: the scheme of its role's URL and the name of its key."""
        role = manifest.counter if issuer is None else manifest.issuers[issuer]
        return self._get(f"{urls.scheme(role.url)}://{role.log.name}/{path}", longest)

    def _get(self, url: str, longest: int) -> bytes | None:
        """One file, before its time is up, or the reason why not."""
        try:
            return _within(SECONDS, lambda: self._fetch(url, longest))
        except (OSError, http.client.IncompleteRead) as error:
            raise Unreadable(UNREACHABLE, f"{url} cannot be read: {error}") from error
        except (http.client.HTTPException, ValueError) as error:
            raise Unreadable(REFUSED, f"{url} has no answer that can be read: {error}") from error

    def _fetch(self, url: str, longest: int) -> bytes | None:
        """The body, or the first byte too many. Redirections are not followed: the manifest says
        where a log is."""
        request = urllib.request.Request(url, headers={"Accept-Encoding": "identity"})
        with self._opener.open(request, timeout=STALLED) as response:
            if response.status == 404:
                return None
            if response.status != 200 or response.headers.get("Content-Encoding"):
                status = UNREACHABLE if response.status >= 500 else REFUSED
                raise Unreadable(status, f"{url} answers {response.status}")
            body: bytes = response.read(longest + 1)
            if len(body) <= longest and response.length:
                raise http.client.IncompleteRead(body, response.length)
            return body


def _within(seconds: float, action: Callable[[], bytes | None]) -> bytes | None:
    """What the action gives, unless it takes longer; a socket's timeout bounds single reads."""
    outcome: queue.SimpleQueue[bytes | Exception | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put(action())
        except Exception as error:
            outcome.put(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        result = outcome.get(timeout=seconds)
    except queue.Empty as error:
        raise TimeoutError("it takes too long") from error
    if isinstance(result, Exception):
        raise result
    return result
