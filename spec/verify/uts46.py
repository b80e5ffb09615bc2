"""Domains: `ToASCII` of UTS 46, non-transitional, for tag §1.2 step 3 and campaign §3.2.

The standard library has no UTS 46 table. The mapping is rebuilt here from what the table is made
of: compatibility normalisation, case folding, and the general category of what remains. The README
says where that may differ.
"""

import re
import unicodedata

ACE = "xn--"
FULL_STOPS = "\u3002\uff0e\uff61"
NON_JOINER = "\u200c"
JOINERS = NON_JOINER + "\u200d"
VIRAMA = 9
"""The combining class of a virama."""
_ARABIC = re.compile(
    "[\u0620\u0622-\u063f\u0641-\u064a\u066e\u066f\u0671-\u0673\u0675-\u06d3\u06d5\u06ee\u06ef"
    "\u06fa-\u06fc\u06ff\u0750-\u077f]"
)
"""Arabic letters that join at all; other scripts that join are not known here."""
_RIGHT_JOINING = re.compile(
    "[\u0622-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0673\u0675-\u0677\u0688-\u0699\u06c0"
    "\u06c3-\u06cb\u06cd\u06cf\u06d2\u06d3\u06d5\u06ee\u06ef\u0759-\u075b\u076b\u076c\u0771"
    "\u0773\u0774\u0778\u0779]"
)
"""Those of them that join to the letter before alone."""
DEVIATIONS = "\u00df\u03c2" + JOINERS
"""Characters that the transitional form would map; this one keeps them."""
CAPITAL_SHARP_S = "\u1e9e"
_IGNORED = re.compile(
    "[\u00ad\u034f\u180b-\u180f\u200b\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0100-\U000e01ef]"
)
_DISALLOWED = re.compile("[.\u115f\u1160\u17b4\u17b5\u2ff0-\u2fff\u3002\ufffc\ufffd]")
_NO_PART_OF_DOMAINS = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}


class NoDomain(Exception):
    """The text is no domain."""


def _require(holds: bool) -> None:
    if not holds:
        raise NoDomain


def _fold(c: str) -> str:
    if c == CAPITAL_SHARP_S:
        return "\u00df"
    folded = unicodedata.normalize("NFKC", c).casefold()
    return unicodedata.normalize("NFKC", folded)


def _map(c: str) -> str:
    """What step 1 of UTS 46 §4 puts in the place of a character."""
    if c.isascii():
        return c.lower()
    if c in FULL_STOPS:
        return "."
    if c in DEVIATIONS:
        return c
    if _IGNORED.fullmatch(c):
        return ""
    folded = _fold(c)
    _require(not _DISALLOWED.search(folded))
    return folded


def _is_valid(c: str) -> bool:
    """Whether a character may stand in a label that is mapped already."""
    if c.isascii() or c in DEVIATIONS:
        return not c.isupper()
    if _IGNORED.fullmatch(c) or _DISALLOWED.fullmatch(c):
        return False
    return unicodedata.category(c) not in _NO_PART_OF_DOMAINS and _fold(c) == c


def to_ascii(text: str, std3: bool = True) -> str:
    """`ToASCII`. `std3` is all that tag §1.2 asks for beyond the URL standard.

    It stands for UseSTD3ASCIIRules, VerifyDnsLength and no hyphen at the ends of a label.
    """
    mapped = unicodedata.normalize("NFC", "".join(map(_map, text)))
    labels = [_to_unicode(label) for label in mapped.split(".")]
    bidi = any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in "".join(labels))
    for label in labels:
        _check_label(label)
        _require(not bidi or label == "" or _keeps_bidi_rule(label))
        if std3:
            good = all(c in "abcdefghijklmnopqrstuvwxyz0123456789-" for c in label if c.isascii())
            _require(good and not label.startswith("-") and not label.endswith("-"))
    encoded = [
        label if label.isascii() else ACE + label.encode("punycode").decode() for label in labels
    ]
    if std3:
        _require(all(1 <= len(label) <= 63 for label in encoded))
        _require(len(".".join(encoded)) <= 253)
    return ".".join(encoded)


def _to_unicode(label: str) -> str:
    """The label behind its encoding, if that is the one encoding of it."""
    if not label.startswith(ACE):
        return label
    try:
        decoded = label[len(ACE) :].encode("ascii").decode("punycode")
        again = decoded.encode("punycode").decode()
    except (UnicodeError, ValueError, OverflowError) as error:
        raise NoDomain from error
    _require(not decoded.isascii() and again == label[len(ACE) :])
    return decoded


def _check_label(label: str) -> None:
    """The validity criteria of UTS 46 §4.1."""
    if label == "":
        return
    _require(unicodedata.is_normalized("NFC", label) and "." not in label)
    _require(not unicodedata.category(label[0]).startswith("M"))
    _require(all(_is_valid(c) for c in label))
    for at, c in enumerate(label):
        _require(c not in JOINERS or _may_join(label, at))


def _may_join(label: str, at: int) -> bool:
    """CheckJoiners: RFC 5892 appendix A.1 and A.2."""
    if at > 0 and unicodedata.combining(label[at - 1]) == VIRAMA:
        return True
    before = [c for c in label[:at] if not _is_transparent(c)]
    after = [c for c in label[at + 1 :] if not _is_transparent(c)]
    if label[at] != NON_JOINER or not before or not after:
        return False
    joins_left = _ARABIC.fullmatch(before[-1]) and not _RIGHT_JOINING.fullmatch(before[-1])
    return bool(joins_left and _ARABIC.fullmatch(after[0]))


def _is_transparent(c: str) -> bool:
    """Joining type T."""
    return unicodedata.category(c) in ("Mn", "Me", "Cf") and c not in JOINERS


def _keeps_bidi_rule(label: str) -> bool:
    """The six conditions of RFC 5893 §2."""
    classes = [unicodedata.bidirectional(c) for c in label]
    ending = list(classes)
    while ending and ending[-1] == "NSM":
        ending.pop()
    neutral = {"ES", "CS", "ET", "ON", "BN", "NSM"}
    if classes[0] in ("R", "AL"):
        allowed = set(classes) <= neutral | {"R", "AL", "AN", "EN"}
        one_kind = not {"EN", "AN"} <= set(classes)
        return allowed and one_kind and ending[-1] in ("R", "AL", "EN", "AN")
    if classes[0] == "L":
        return set(classes) <= neutral | {"L", "EN"} and ending[-1] in ("L", "EN")
    return False
