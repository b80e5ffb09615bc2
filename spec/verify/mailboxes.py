"""E-mail addresses, version 1 of the rules: tag §1.2."""

import re
import unicodedata
from dataclasses import dataclass

import uts46
from conventions import WHITE_SPACE, check

LONGEST = 254
LONGEST_LOCAL = 64
_SPECIAL = frozenset(".!#$%&'*+-/=?^_{|}~`")
_INVISIBLE = re.compile(
    "[\u034f\u115f-\u1160\u17b4-\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
_CIRCLED = re.compile(
    "[\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189]"
)
"""Symbols that are Alphabetic in Unicode; all else that is, is a letter, a number or a mark."""

_DOTLESS = ("gmail.com", "googlemail.com")
_YANDEX = ("yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru")
_PROTON = ("proton.me", "protonmail.com", "protonmail.ch", "pm.me")
_APPLE = ("icloud.com", "me.com", "mac.com")
_PROVIDERS: list[tuple[tuple[str, ...], dict[str, str]]] = [
    (_DOTLESS, {".": ""}),
    (_YANDEX, {".": "-"}),
    (_PROTON, {".": "", "-": "", "_": ""}),
    (_APPLE, {}),
]
"""Domains, the first of which stands for all, and what is replaced in the local part."""


@dataclass(frozen=True)
class Mailbox:
    """What an address comes to."""

    identifier: str
    mailbox: str


def normalise(text: str) -> Mailbox:
    """The steps of tag §1.2; a refusal names the step."""
    trimmed = text.strip(WHITE_SPACE)
    _step(1, len(trimmed.encode("utf-8", "surrogatepass")) <= LONGEST, "more than 254 octets")
    parts = trimmed.split("@")
    _step(2, len(parts) == 2, "not exactly one @")
    typed, domain = parts[0], _domain(parts[1])
    local = unicodedata.normalize("NFC", typed)
    _step(4, all(map(_is_allowed, local)), "a character that no address has")
    local = unicodedata.normalize("NFC", "".join(c.lower() for c in local))
    for part in (typed, local):
        octets = len(part.encode())
        _step(6, octets <= LONGEST_LOCAL, "a local part of more than 64 octets")
        _step(6, octets + 1 + len(domain) <= LONGEST, "an address of more than 254 octets")
    local = local.partition("+")[0]
    _step(8, local != "", "an empty local part")
    good = not (local.startswith(".") or local.endswith(".") or ".." in local)
    _step(8, good, "a dot at an end or after a dot")
    for domains, replaced in _PROVIDERS:
        if domain in domains:
            local = "".join(replaced.get(c, c) for c in local)
            _step(9, local != "", "an empty local part")
            return Mailbox(f"{local}@{domains[0]}", f"{typed}@{domain}")
    return Mailbox(f"{local}@{domain}", f"{typed}@{domain}")


def _step(number: int, holds: bool, reason: str) -> None:
    check(holds, f"tag §1.2 step {number}", reason)


def _domain(text: str) -> str:
    """Step 3."""
    try:
        domain = uts46.to_ascii(text)
    except uts46.NoDomain:
        domain = ""
    labels = domain.split(".")
    good = len(labels) >= 2 and re.fullmatch("[0-9]+", labels[-1]) is None
    _step(3, good, "not a domain of two labels or more")
    return domain


def _is_allowed(c: str) -> bool:
    """Step 4."""
    if c.isascii():
        return c.isalnum() or c in _SPECIAL
    if _INVISIBLE.fullmatch(c):
        return False
    return unicodedata.category(c)[0] in "LNM" or _CIRCLED.fullmatch(c) is not None
