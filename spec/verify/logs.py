"""One log as a recount reads it, bundle by bundle: recount §2 and §3."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import tiles
from conventions import Broken
from manifest import Manifest
from merkle import Edge, leaf
from notes import LONGEST_NOTE, Checkpoint, VerifierKey
from sources import UNREACHABLE, UNUSABLE, Source, Unreadable
from tiles import Tile


class Refused(Exception):
    """A log breaks a rule: the verdict of a recount that refuses."""

    def __init__(self, rule: str, issuer: int | None, index: int | None, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.issuer = issuer
        """The issuer whose log it is; `None` for the pledge log."""
        self.index = index
        self.reason = reason


@dataclass(frozen=True)
class Head:
    """Size and root of a log, from its checkpoint or from an earlier audit."""

    size: int
    root: bytes


class Log:
    """A log that is being read, and the tree of what was read so far."""

    def __init__(
        self, source: Source, manifest: Manifest, issuer: int | None, earlier: Head | None
    ) -> None:
        self.issuer = issuer
        self._source = source
        self._manifest = manifest
        self._earlier = earlier
        self._edge = Edge()
        self.witnessed = self._witnessed()
        self.checkpoint = self._checkpoint()
        """The one that the log is audited at: the larger of the two, recount §1."""
        self._notes: list[Checkpoint] = []
        """What must be found again on the way [REC-37]."""
        if self.witnessed is not None:
            self._notes.append(self.witnessed)
            if self.witnessed.size > self.checkpoint.size:
                self._notes.append(self.checkpoint)
                self.checkpoint = self.witnessed

    def _witnessed(self) -> Checkpoint | None:
        """What the log serves as `witnessed`, if it does, witness §5."""
        if not self._manifest.witnesses.keys:
            return None
        data = self._file("witnessed", LONGEST_NOTE)
        if data is None:
            return None
        with self.naming(None, "REC-1"):
            return self._manifest.witnessed(data, self.key)

    def _checkpoint(self) -> Checkpoint:
        data = self._file("checkpoint", LONGEST_NOTE)
        if data is None:
            status = UNREACHABLE if self._source.complete else UNUSABLE
            raise Unreadable(status, f"{self.key.name} has no checkpoint")
        with self.naming(None, "REC-1"):
            return self._manifest.checkpoint(data, self.key)

    @property
    def key(self) -> VerifierKey:
        """The key that the manifest names."""
        role = self._manifest.counter
        if self.issuer is not None:
            role = self._manifest.issuers[self.issuer]
        key: VerifierKey = role.log
        return key

    @property
    def head(self) -> Head:
        """Size and root of what was read so far."""
        return Head(self._edge.size, self._edge.root())

    @property
    def witnessed_size(self) -> int:
        """How far the log is witnessed [REC-38]."""
        return 0 if self.witnessed is None else self.witnessed.size

    @contextmanager
    def naming(self, index: int | None, rule: str | None = None) -> Iterator[None]:
        """Names the log, the index and, if the text names another, the rule of a refusal."""
        try:
            yield
        except Broken as error:
            raise Refused(rule or error.rule, self.issuer, index, error.reason) from error

    def entries(self) -> Iterator[tuple[int, bytes]]:
        """Index and bytes of each entry [REC-3]. The caller pushes each before the next."""
        for bundle in tiles.tiles(None, 0, self.checkpoint.size):
            with self.naming(bundle.first_entry(), "REC-3"):
                data, width = self._tile(bundle, tiles.LONGEST_BUNDLE)
                found = tiles.parse_entries(data, width)[: bundle.width]
            yield from enumerate(found, bundle.first_entry())

    def push(self, entry: bytes, open_entries: int) -> None:
        """Recount §3 step 4: the tree grows by the entry [REC-7], [REC-37], [REC-4]."""
        full = self._edge.push(leaf(entry))
        earlier = self._earlier
        if earlier is not None and earlier.size == self._edge.size and earlier != self.head:
            self.refuse("REC-7", None, "the log began with another root at an earlier audit")
        for note in self._notes:
            same = note.root == self.head.root and open_entries == 0
            if note.size == self._edge.size and not same:
                self.refuse("REC-37", None, "not the entries of a note of the log")
        for level, index, hashes in full:
            self._compare(Tile(level, index), hashes)

    def finish(self, open_entries: int) -> None:
        """The end of recount §3 [REC-2], [REC-6], [REC-5], [REC-15], [REC-4] of partial tiles."""
        if self.checkpoint.size == 0:
            self.refuse("REC-2", None, "the log has no entries")
        if self._earlier is not None and self._earlier.size > self.checkpoint.size:
            self.refuse("REC-6", None, "the log was larger at an earlier audit")
        if self.head.root != self.checkpoint.root:
            self.refuse("REC-5", None, "the entries have another root than the checkpoint")
        if open_entries > 0:
            self.refuse("REC-15", None, "the log ends without a seal")
        for level, index, hashes in self._edge.partial():
            self._compare(Tile(level, index, len(hashes)), hashes)

    def refuse(self, rule: str, index: int | None, reason: str) -> None:
        """The verdict."""
        raise Refused(rule, self.issuer, index, reason)

    def _compare(self, tile: Tile, hashes: list[bytes]) -> None:
        """A hash tile holds the hashes of the entries [REC-4], [REC-24]."""
        with self.naming(tile.first_entry(), "REC-4"):
            data, width = self._tile(tile, tiles.HASH * tiles.WIDTH)
            same = tiles.parse_hashes(data, width)[: tile.width] == hashes
            if not same:
                raise Broken("REC-4", "a tile does not hold the hashes of the entries")

    def _tile(self, tile: Tile, longest: int) -> tuple[bytes, int]:
        """A tile and its width, or the full one in the place of a partial one [LOG-9]."""
        for candidate in (tile, tile.full()):
            data = self._file(candidate.path(), longest)
            if data is not None:
                return data, candidate.width
        if self._source.complete:
            raise Broken("LOG-7", f"the server does not have {tile.path()}")
        raise Unreadable(UNUSABLE, f"the mirror lacks {tile.path()} of {self.key.name}")

    def _file(self, path: str, longest: int) -> bytes | None:
        return self._source.file(self._manifest, self.issuer, path, longest)
