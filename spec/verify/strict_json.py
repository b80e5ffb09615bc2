"""JSON that means one thing to every reader: campaign §2.

Python's parser is asked to keep what it would lose: an object stays a list of pairs, a number
stays text.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from conventions import Broken, check

DEEPEST = 16
"""Arrays and objects inside one another."""


class Object(tuple[tuple[str, Any], ...]):
    """An object as it was written: its members in order, a key twice if it was there twice."""


class Number(str):
    """A number as it was written."""


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def parse(text: str, rule: str) -> Any:
    """One JSON text and white space around it; `rule` is the one that anything else breaks."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=Object,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_constant,
        )
    except ValueError as error:
        raise Broken(rule, "not one JSON text") from error
    except RecursionError as error:
        raise Broken(rule, "nested too deeply") from error
    layer = [value]
    for _ in range(DEEPEST):
        layer = [child for parent in layer for child in _children(parent)]
    check(not any(_is_container(value) for value in layer), rule, "nested too deeply")
    return value


def _is_container(value: Any) -> bool:
    return isinstance(value, (Object, list))


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, Object):
        return [child for _, child in value]
    return value if isinstance(value, list) else []


def fields(value: Any, *names: str, keys: str = "CAM-5", form: str = "CAM-7") -> list[Any]:
    """The members of an object with exactly these keys, in this order."""
    pairs = members(value, keys, form)
    given = dict(pairs)
    for name in names:
        check(name in given, keys, f"the key {name!r} is missing")
    check(len(given) == len(names), keys, "a key that no field has")
    return [given[name] for name in names]


def members(value: Any, keys: str = "CAM-5", form: str = "CAM-7") -> list[tuple[str, Any]]:
    """The members of an object, none of whose keys is there twice."""
    check(isinstance(value, Object), form, "not an object")
    pairs: list[tuple[str, Any]] = list(value)
    check(len(dict(pairs)) == len(pairs), keys, "a key twice in an object")
    return pairs


def string(value: Any, form: str = "CAM-7") -> str:
    """A string of Unicode characters."""
    good = isinstance(value, str) and not isinstance(value, Number)
    check(good, form, "not a string")
    check(not any("\ud800" <= c <= "\udfff" for c in value), form, "a lone surrogate")
    return str(value)


def array(value: Any, form: str = "CAM-7") -> Iterable[Any]:
    """The elements of an array."""
    check(isinstance(value, list), form, "not an array")
    return list(value)


def integer(
    value: Any, bits: int, signed: bool = False, number: str = "CAM-6", form: str = "CAM-7"
) -> int:
    """An integer of a range, written in its one way."""
    check(isinstance(value, Number), form, "not a number")
    good = re.fullmatch("0|-?[1-9][0-9]*", value) is not None and len(value) <= 20
    check(good, number, "a sign, fraction or exponent, or out of range")
    parsed = int(value)
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1)) if signed else (0, 2**bits)
    check(low <= parsed < high, number, "a number out of the range of its type")
    return parsed
