"""One text for one JSON value (RFC 8785, JSON Canonicalization Scheme).

Ids of observables, ids of our own objects and signatures all hash JSON, so two
programs must write the same value with the same bytes: keys in the order of their
UTF-16 code units, numbers as ECMAScript writes them, no spaces.
"""

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from legation.errors import BadInputError

_LARGEST = 2**53 - 1
_PLAIN_UP_TO = 21
_PLAIN_DOWN_TO = -6


def canonical(value: Any) -> bytes:
    """Return the canonical bytes of a JSON value.

    >>> canonical({"b": [1.0, 1e21], "a": None})
    b'{"a":null,"b":[1,1e+21]}'

    Raises:
        BadInputError: The value has no canonical form: NaN, an integer that a double
            cannot hold, half of a surrogate pair, or something that is not JSON.
    """
    try:
        return _text(value).encode("utf-8")
    except UnicodeEncodeError as bad:
        raise _refusal("half of a surrogate pair") from bad


def _text(value: Any) -> str:
    match value:
        case None | bool() | str():
            return json.dumps(value, ensure_ascii=False)
        case int() | float():
            return _number(value)
        case Mapping():
            return _mapping(value)
        case list() | tuple():
            return f"[{','.join(map(_text, value))}]"
        case _:
            raise _refusal(f"a value of type {type(value).__name__}")


def _mapping(value: Mapping[Any, Any]) -> str:
    if not all(isinstance(key, str) for key in value):
        raise _refusal("a key that is not text")
    keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return f"{{{','.join(f'{_text(key)}:{_text(value[key])}' for key in keys)}}}"


def _number(value: float) -> str:
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise _refusal("an integer beyond 2^53")
        return str(value)
    if not math.isfinite(value):
        raise _refusal("a number that is not finite")
    if value == 0:
        return "0"
    return _ecmascript(value)


def _ecmascript(value: float) -> str:
    # ECMAScript Number::toString takes the shortest digits, which repr finds too.
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, digits))
    point = len(text) + int(exponent)
    minus = "-" if sign else ""
    if len(text) <= point <= _PLAIN_UP_TO:
        return minus + text.ljust(point, "0")
    if 0 < point <= _PLAIN_UP_TO:
        return f"{minus}{text[:point]}.{text[point:]}"
    if _PLAIN_DOWN_TO < point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    fraction = f".{text[1:]}" if len(text) > 1 else ""
    return f"{minus}{text[0]}{fraction}e{point - 1:+d}"


def _refusal(what: str) -> BadInputError:
    return BadInputError(
        f"JSON with {what} has no canonical form", place="", hint="write the number as text"
    )
