"""Whether a STIX pattern is written as the standard asks (STIX 2.1, section 9).

A recogniser, not an engine: it reads the pattern once, from left to right, and says where it
ceases to be one. It exists beside the grammar that OASIS publishes because an exchange reads
a pattern for every third object; a test holds the two against each other.

What long patterns are made of, the same comparison with a thousand values, is passed over run by
run; what is read sign by sign is bounded, since it takes a hundred times as long.
"""

import re
from typing import Final

from legation.errors import RecordError

_BLANK: Final = r"[ \t\r\n\x0b\f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
_TOKEN: Final = re.compile(
    rf"(?:{_BLANK}|"
    r"""/\*(?:[^*]|\*(?!/))*+\*/|//[^\r\n]*+)*+(?:
    (?P<string>'(?:[^'\\]++|\\['\\])*+')
  | (?P<coded>[hbt]'[^']*')
  | (?P<number>[+-]?(?:[0-9]*\.[0-9]+|0|[1-9][0-9]*))
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_-]+)?)
  | (?P<sign>!=|<>|==|<=|>=|[=<>\[\]().,:*])
  | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_HEX: Final = re.compile(r"h'(?:[0-9a-fA-F]{2})*'")
_BINARY: Final = re.compile(
    r"b'(?!')(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?'"
)
_TIME: Final = re.compile(
    r"t'\d{4}-(?:0[1-9]|1[012])-(?:0[1-9]|[12]\d|3[01])"
    r"T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?Z'",
    re.ASCII,
)
_CODED: Final = {"h": _HEX, "b": _BINARY, "t": _TIME}
_EQUALS: Final = frozenset({"=", "==", "!=", "<>"})
_ORDERS: Final = frozenset({"<", ">", "<=", ">="})
_OF_TEXT: Final = frozenset({"LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"})
_RESERVED: Final = frozenset(
    {"AND", "OR", "NOT", "FOLLOWEDBY", "LIKE", "MATCHES", "ISSUPERSET", "ISSUBSET", "EXISTS"}
    | {"LAST", "IN", "START", "STOP", "SECONDS", "true", "false", "WITHIN", "REPEATS", "TIMES"}
)
_DEEPEST: Final = 64
_MOST_SIGNS: Final = 50_000
_GAP: Final = r"[ \t\r\n]*+"
_TEXT: Final = r"'(?:[^'\\]++|\\['\\])*+'"
_PLAIN: Final = r"(?!(?:true|false)\b)[a-z][a-z0-9_]*+"
_VALUE: Final = rf"(?:{_TEXT}|[+-]?(?:0|[1-9][0-9]*+)(?![0-9.]))"
_PATH: Final = (
    rf"{_PLAIN}(?:-[a-z0-9_-]++)?+{_GAP}:{_GAP}(?:{_PLAIN}|{_TEXT})"
    rf"(?:{_GAP}\.{_GAP}(?:{_PLAIN}|{_TEXT})|{_GAP}\[{_GAP}(?:\*|0|[1-9][0-9]*+){_GAP}\])*+"
)
_COMPARED: Final = rf"{_PATH}{_GAP}(?:==?|!=|<>){_GAP}{_VALUE}"
_JOINED: Final = r"[ \t\r\n]++(?:AND|OR)[ \t\r\n]++"
_SEEN: Final = rf"\[{_GAP}{_COMPARED}(?:{_JOINED}{_COMPARED})*+{_GAP}\]"
# Runs of what is surely right, each up to where another of its kind has to follow.
_COMPARISONS: Final = re.compile(rf"(?:{_COMPARED}{_JOINED})++")
_OBSERVATIONS: Final = re.compile(rf"(?:{_SEEN}[ \t\r\n]++(?:AND|OR|FOLLOWEDBY)[ \t\r\n]++)++")
_VALUES: Final = re.compile(rf"(?:{_VALUE}{_GAP},{_GAP})++")


def verify_pattern(text: str) -> None:
    """Check that a text is a pattern.

    >>> verify_pattern("[url:value = 'https://a.example/']")

    Raises:
        RecordError: It is not; the message says from which character on.
    """
    reader = _Reader(text)
    reader.observations(0)
    if reader.kind != "end":
        raise reader.fault("a pattern has ended before")


def _fault(why: str, place: int) -> RecordError:
    return RecordError(
        f"{why}: character {place + 1}", place="", hint="compare it with STIX 2.1, section 9"
    )


class _Reader:
    """Goes through the text once."""

    def __init__(self, text: str) -> None:
        self._whole = text
        self._next = self._signs = 0
        self._step()

    def fault(self, why: str) -> RecordError:
        return _fault(why, self.place)

    def observations(self, deep: int) -> None:
        """Read what AND, OR and FOLLOWEDBY join; how strongly each binds changes no spelling."""
        self._pass_over(_OBSERVATIONS.match(self._whole, self.place))
        self._observation(deep)
        while self.text in ("AND", "OR", "FOLLOWEDBY"):
            self._step()
            self._pass_over(_OBSERVATIONS.match(self._whole, self.place))
            self._observation(deep)

    def _observation(self, deep: int) -> None:
        if deep > _DEEPEST:
            raise self.fault("parentheses nest too deep")
        if self.text == "[":
            self._step()
            self._comparisons(deep)
            self._sign("]")
        elif self.text == "(":
            self._step()
            self.observations(deep + 1)
            self._sign(")")
        else:
            raise self.fault("an observation begins with [")
        self._qualifiers()

    def _qualifiers(self) -> None:
        while self.kind == "word" and self.text in ("START", "WITHIN", "REPEATS"):
            word = self.text
            self._step()
            if word == "START":
                self._time()
                self._word("STOP")
                self._time()
            elif word == "WITHIN":
                self._positive(whole=False)
                self._word("SECONDS")
            else:
                self._positive(whole=True)
                self._word("TIMES")

    def _comparisons(self, deep: int) -> None:
        self._pass_over(_COMPARISONS.match(self._whole, self.place))
        self._comparison(deep)
        while self.text in ("AND", "OR"):
            self._step()
            self._pass_over(_COMPARISONS.match(self._whole, self.place))
            self._comparison(deep)

    def _comparison(self, deep: int) -> None:
        if deep > _DEEPEST:
            raise self.fault("parentheses nest too deep")
        if self.text == "(":
            self._step()
            self._comparisons(deep + 1)
            self._sign(")")
            return
        if self.text == "EXISTS":
            self._step()
            self._path()
            return
        self._path()
        if self.text == "NOT":
            self._step()
        word = self.text
        if word in _EQUALS:
            self._step()
            self._literal(booleans=True)
        elif word in _ORDERS:
            self._step()
            self._literal(booleans=False)
        elif word == "IN":
            self._step()
            self._set()
        elif word in _OF_TEXT:
            self._step()
            self._kind("string", "a text")
        else:
            raise self.fault("a comparison needs an operator")

    def _path(self) -> None:
        if self.kind != "word" or self.text in _RESERVED:
            raise self.fault("a comparison begins with type:property")
        self._step()
        self._sign(":")
        self._name()
        while self.text in (".", "["):
            opening = self.text
            self._step()
            if opening == ".":
                self._name()
            else:
                if self.text != "*" and not (self.kind == "number" and "." not in self.text):
                    raise self.fault("a list is entered by a whole number or *")
                self._step()
                self._sign("]")

    def _name(self) -> None:
        plain = self.kind == "word" and "-" not in self.text and self.text not in _RESERVED
        if not plain and self.kind != "string":
            raise self.fault("here the name of a property is missing")
        self._step()

    def _set(self) -> None:
        self._sign("(")
        if self.text == ")":
            self._step()
            return
        self._pass_over(_VALUES.match(self._whole, self.place))
        self._literal(booleans=True)
        while self.text == ",":
            self._step()
            self._pass_over(_VALUES.match(self._whole, self.place))
            self._literal(booleans=True)
        self._sign(")")

    def _literal(self, *, booleans: bool) -> None:
        if self.kind == "coded":
            if _CODED[self.text[0]].fullmatch(self.text) is None:
                raise self.fault("this value is not written as its letter says")
        elif self.kind not in ("string", "number") and not (
            booleans and self.text in ("true", "false")
        ):
            raise self.fault("a value is missing")
        self._step()

    def _time(self) -> None:
        if self.kind != "coded" or _TIME.fullmatch(self.text) is None:
            raise self.fault("a time is written as t'2026-01-02T03:04:05Z'")
        self._step()

    def _positive(self, *, whole: bool) -> None:
        good = self.kind == "number" and self.text[0] != "-" and not (whole and "." in self.text)
        if not good or not any(digit in "123456789" for digit in self.text):
            raise self.fault("a number above nought is missing")
        self._step()

    def _word(self, word: str) -> None:
        if self.kind != "word" or self.text != word:
            raise self.fault(f"{word} is missing")
        self._step()

    def _sign(self, sign: str) -> None:
        if self.kind != "sign" or self.text != sign:
            raise self.fault(f"{sign} is missing")
        self._step()

    def _kind(self, kind: str, what: str) -> None:
        if self.kind != kind:
            raise self.fault(f"{what} is missing")
        self._step()

    def _step(self) -> None:
        found = _TOKEN.match(self._whole, self._next)
        if found is None:
            raise _fault("nothing of a pattern can stand here", self._next)
        self._signs += 1
        if self._signs > _MOST_SIGNS:
            raise _fault("the pattern is longer than is read of one", self._next)
        self.kind = kind = str(found.lastgroup)
        self.text, self.place, self._next = found[kind], found.start(kind), found.end()

    def _pass_over(self, run: re.Match[str] | None) -> None:
        if run is not None:
            self._next = run.end()
            self._step()
