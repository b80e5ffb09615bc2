"""Tiles and bundles: log §2."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from conventions import Reader, check

WIDTH = 256
"""Hashes of a full tile, entries of a full bundle."""
LARGEST = 2**64 - 1
"""Leaves of the largest tree."""
HASH = 32
_PATH = re.compile(r"tile/([0-9]|entries)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]{1,3}))?")
LONGEST_BUNDLE = WIDTH * (2 + 65535)
"""Bytes of the longest bundle: entries are at most 65535 bytes long [LOG-11]."""


@dataclass(frozen=True)
class Tile:
    """A hash tile, or an entry bundle where `level` is `None`, log §2.1."""

    level: int | None
    index: int
    width: int = WIDTH

    def path(self) -> str:
        """Path below the log's URL prefix, log §2.2."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        spelled = "/".join([*("x" + group for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{spelled}{partial}"

    def first_entry(self) -> int:
        """Index of the first entry below it."""
        return self.index << 8 * (1 if self.level is None else self.level + 1)

    def full(self) -> "Tile":
        """The full one in the place of a partial one [LOG-9]."""
        return Tile(self.level, self.index)


def count(level: int | None, size: int) -> int:
    """Hashes on a level of a tree of `size` leaves; for bundles, entries."""
    return size if level is None else size >> 8 * level


def tiles(level: int | None, old_size: int, size: int) -> Iterator[Tile]:
    """The tiles of one level that are written when a log grows [LOG-7], one after the other."""
    before, after = count(level, old_size), count(level, size)
    for index in range(before // WIDTH, after // WIDTH):
        yield Tile(level, index)
    if after > before and after % WIDTH:
        yield Tile(level, after // WIDTH, after % WIDTH)


def written(old_size: int, size: int) -> list[Tile]:
    """All tiles and bundles that are written when a log grows [LOG-7]."""
    levels: list[int | None] = [None, *range(8)]
    return [tile for level in levels for tile in tiles(level, old_size, size)]


def parse_path(text: str) -> Tile:
    """The tile of a path in its one spelling, if some tree has that tile [LOG-5]."""
    match = _PATH.fullmatch(text)
    check(match is not None, "LOG-5", "not the path of a tile")
    assert match is not None
    spelled, width = match[2].replace("x", "").replace("/", ""), match[3]
    check(len(spelled) <= 21, "LOG-5", "no log has a tile of this index")
    level = None if match[1] == "entries" else int(match[1])
    tile = Tile(level, int(spelled), WIDTH if width is None else int(width))
    check(1 <= tile.width <= WIDTH, "LOG-5", "a width outside 1 to 256")
    check(tile.path() == text, "LOG-5", "another spelling than the one of its tile")
    reach = tile.index * WIDTH + tile.width
    check(reach <= count(level, LARGEST), "LOG-5", "no log has this tile")
    return tile


def parse_hashes(data: bytes, width: int) -> list[bytes]:
    """The hashes of a hash tile [LOG-6]."""
    check(len(data) == HASH * width, "LOG-6", "the tile has not 32 bytes for each of its hashes")
    return [data[at : at + HASH] for at in range(0, len(data), HASH)]


def parse_entries(data: bytes, width: int) -> list[bytes]:
    """The entries of a bundle, log §2.5 [LOG-12]."""
    reader = Reader(data, "LOG-12")
    entries = [reader.string() for _ in range(width)]
    reader.end()
    return entries
