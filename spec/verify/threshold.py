"""What was reached, and when: the threshold of recount §5 and §6."""

from typing import Any

from manifest import Manifest
from pledge_log import Batch, PledgeCount

Json = dict[str, Any]


def report(manifest: Manifest, pledges: PledgeCount) -> Json:
    """The member `threshold` of a report."""
    asked = manifest.threshold
    spread = asked.spread
    counts = [_named(asked.of, batch.counted) for batch in pledges.sealed]
    spreads = [batch.spread >= spread.regions for batch in pledges.sealed]
    both = zip(counts, spreads, strict=True)
    return {
        "count": asked.count,
        "of": {"class": asked.of} if isinstance(asked.of, int) else asked.of,
        "current": counts[-1] if counts else 0,
        "witnessed": _witnessed(manifest, pledges, counts),
        "count_reached_in_batch": _first([count >= asked.count for count in counts]),
        "milestones": [
            {"count": mark, "reached_in_batch": _first([count >= mark for count in counts])}
            for mark in asked.milestones
        ],
        "spread": _spread(spread, pledges.sealed, spreads) if spread.regions else None,
        "reached_in_batch": _first([count >= asked.count and wide for count, wide in both]),
    }


def _named(of: str | int, counted: list[int]) -> int:
    """The count that the threshold names."""
    if isinstance(of, int):
        return counted[of]
    return sum(counted) if of == "sum" else max(counted)


def _first(reached: list[bool]) -> int | None:
    """The first batch at whose end something was reached; it stays reached."""
    return next((batch for batch, there in enumerate(reached) if there), None)


def _witnessed(manifest: Manifest, pledges: PledgeCount, counts: list[int]) -> int | None:
    """The count at the last seal that is witnessed [REC-38]."""
    if not manifest.witnesses.keys:
        return None
    size = pledges.log.witnessed_size
    batches = zip(counts, pledges.sealed, strict=True)
    return next((n for n, batch in reversed(list(batches)) if batch.size <= size), 0)


def _spread(asked: Any, sealed: list[Batch], spreads: list[bool]) -> Json:
    return {
        "regions": asked.regions,
        "pledges": asked.pledges,
        "current": sealed[-1].spread if sealed else 0,
        "reached_in_batch": _first(spreads),
    }
