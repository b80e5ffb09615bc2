"""The rules of a manifest, in the order of campaign §4."""

import re

import ed25519
import urls
from conventions import check, under
from guardians import Commitments
from manifest import Manifest, read
from notes import VerifierKey

LARGEST = 2**53 - 1
REPLAYS = 172_800
"""Seconds after issuance close in which a request is still answered."""


def parse(data: bytes) -> Manifest:
    """Parses a manifest and applies all rules of campaign."""
    manifest = read(data)
    check(manifest.headcount == 1, "CAM-8", "another version of the format")
    check(all(n <= LARGEST for n in _numbers(manifest)), "CAM-9", "a number above 2^53 − 1")
    for rule in (
        _threshold,
        _schedule,
        _classes,
        _keys,
        _logs,
        _guardians,
        _witnesses,
        _rest,
        _on_the_way,
    ):
        rule(manifest)
    return manifest


def _numbers(m: Manifest) -> list[int]:
    times = [m.schedule.opens, m.schedule.issuance_closes, m.schedule.redemption_closes]
    delays = [m.delay.minimum, m.delay.maximum, m.batch.interval, m.batch.maximum_wait]
    counts = [m.threshold.count, *m.threshold.milestones, m.threshold.spread.pledges]
    return [*counts, *times, *delays]


def _threshold(m: Manifest) -> None:
    count, of = m.threshold.count, m.threshold.of
    check(count >= 1, "CAM-10", "a threshold of no pledges")
    exists = isinstance(of, str) or of < len(m.classes)
    check(exists, "CAM-10", "a threshold of a class that does not exist")


def _schedule(m: Manifest) -> None:
    times = m.schedule
    check(times.opens < times.issuance_closes, "CAM-11", "issuance closes before it opens")
    earliest = times.issuance_closes + REPLAYS + m.batch.maximum_wait + m.delay.maximum
    check(times.redemption_closes >= earliest, "CAM-12", "redemption closes too early")


def _classes(m: Manifest) -> None:
    good = 1 <= len(m.issuers) <= 64 and len(m.classes) <= 64
    check(good, "CAM-13", "not 1 to 64 issuers, or more than 64 classes")
    names = [c.name for c in m.classes]
    good = all(re.fullmatch("[a-z0-9-]{1,32}", name) for name in names)
    check(good and _distinct(names), "CAM-14", "the names of classes")
    for c in m.classes:
        good = 1 <= len(c.issuers) <= 8 and c.issuers == sorted(set(c.issuers))
        good = good and c.issuers[-1] < len(m.issuers)
        check(good, "CAM-15", "a class does not name 1 to 8 issuers that exist, ascending")
    members = sorted(index for c in m.classes for index in c.issuers)
    once = members == list(range(len(m.issuers)))
    check(once, "CAM-16", "an issuer does not belong to exactly one class")


def _keys(m: Manifest) -> None:
    ids = [issuer.token_key.id for issuer in m.issuers]
    short = [(issuer.url, issuer.token_key.id[-1]) for issuer in m.issuers]
    check(_distinct(ids) and _distinct(short), "CAM-17", "token keys that cannot be told apart")
    logs: list[VerifierKey] = [issuer.log for issuer in m.issuers]
    keys = [
        *(issuer.attester.key for issuer in m.issuers),
        *(log.public_key for log in [*logs, m.counter.log, *m.witnesses.keys]),
        m.counter.receipt_key,
        m.organiser_key,
        m.amendment_key,
    ]
    for key in keys:
        _accept(key)
    check(_distinct(keys), "CAM-18", "one key for two purposes")


def _logs(m: Manifest) -> None:
    logs = [(issuer.url, issuer.log.name) for issuer in m.issuers]
    logs.append((m.counter.url, m.counter.log.name))
    for url, name in logs:
        base = urls.without_scheme(url) + "/"
        good = name.startswith(base) and re.fullmatch("[a-z0-9-]+", name.removeprefix(base))
        check(bool(good), "CAM-19", "the name of a log is not below the URL of its role")
    check(_distinct([name for _, name in logs]), "CAM-19", "two logs with one name")


def _guardians(m: Manifest) -> None:
    Commitments.parse(m.oprf.guardians, m.oprf.threshold, m.oprf.commitments)


def _witnesses(m: Manifest) -> None:
    q, f, w = m.witnesses.quorum, m.witnesses.faulty, len(m.witnesses.keys)
    good = (2 * q > w + f and q <= w - f and w <= 32) or q == f == w == 0
    check(good, "CAM-21", "a quorum that does not hold")


def _rest(m: Manifest) -> None:
    ids = [region.id for region in m.regions]
    good = len(ids) <= 1024 and _distinct(ids) and 0 not in ids
    check(good, "CAM-22", "the ids of regions")
    good = all(abs(r.latitude) <= 90_000 and abs(r.longitude) <= 180_000 for r in m.regions)
    check(good, "CAM-22", "a region that is not on Earth")
    good = m.delay.minimum <= m.delay.maximum
    check(good, "CAM-23", "a delay whose minimum is above its maximum")
    batch = m.batch
    good = batch.interval >= 1 and batch.minimum_size >= 1 and batch.maximum_wait >= batch.interval
    good = good and batch.maximum_wait % batch.interval == 0
    check(good, "CAM-24", "the times of batches")
    check(not any("\n" in title for title in m.title), "CAM-30", "a title of several lines")


def _on_the_way(m: Manifest) -> None:
    milestones, spread = m.threshold.milestones, m.threshold.spread
    good = len(milestones) <= 64 and milestones == sorted(set(milestones)) and 0 not in milestones
    check(good, "CAM-31", "milestones that are too many, do not ascend or are 0")
    good = spread.pledges >= 1 and 1 <= spread.regions <= len(m.regions)
    good = good or spread.pledges == spread.regions == 0
    check(good, "CAM-32", "a spread over regions that cannot be")


def _distinct(values: list[str] | list[bytes] | list[int] | list[tuple[str, int]]) -> bool:
    return len(set(values)) == len(values)


def _accept(key: bytes) -> None:
    """An Ed25519 key that overview §2.3 accepts."""
    with under("CAM-18"):
        ed25519.check_key(key)
