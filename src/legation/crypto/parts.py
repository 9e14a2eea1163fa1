"""A file of parts: a line names each, and its length or its values stand behind the name.

Parts stand in one order and each is written in one way only, so no two files differ and say the
same. Nothing is read but through this cursor, which knows no more than where a part ends.
"""

import base64
import binascii

from legation.errors import BadInputError

LONGEST_LINE = 8_000


class Cursor:
    """A place in the bytes of a file.

    Args:
        data: The file.
        at: Where to begin.
        hint: What the reader of a fault can do.
    """

    def __init__(self, data: bytes, at: int, *, hint: str) -> None:
        """Begin at a byte."""
        self._data, self.at, self._hint = data, at, hint

    def has(self, name: str) -> bool:
        """Tell whether a line of that name is next."""
        return self._data.startswith(f"{name} ".encode(), self.at)

    def part(self, name: str, most: int) -> bytes:
        """Take a part that is led by its length in bytes, which has one spelling.

        Raises:
            BadInputError: It is not there, is longer than `most`, or does not end there.
        """
        place = self.at
        digits = self.line(name)
        plain = digits.isdigit() and len(digits) <= len(str(most)) and digits[:1] != b"0"
        if not plain or int(digits) > most:
            raise self.refusal(f"{digits!r:.30} is no length up to {most}", place)
        end = self.at + int(digits)
        if self._data[end : end + 1] != b"\n":
            raise self.refusal(f"the part {name!r} does not end where its length says", place)
        part, self.at = self._data[self.at : end], end + 1
        return part

    def line(self, name: str) -> bytes:
        """Take the line of that name, without name and end.

        Raises:
            BadInputError: Another line is next.
        """
        lead = f"{name} ".encode()
        end = self._data.find(b"\n", self.at, self.at + LONGEST_LINE)
        if end < 0 or not self._data.startswith(lead, self.at):
            raise self.refusal(f"the line {name!r} is missing", self.at)
        value, self.at = self._data[self.at + len(lead) : end], end + 1
        return value

    def octets(self, name: str, value: bytes, size: int) -> bytes:
        """Return what a value in base64 holds, which has one spelling.

        Raises:
            BadInputError: It is not base64 of that many bytes.
        """
        try:
            octets = binascii.a2b_base64(value, strict_mode=True)
        except binascii.Error as bad:
            raise self.refusal(f"the line {name!r} is not base64", self.at) from bad
        if len(octets) != size or binascii.b2a_base64(octets, newline=False) != value:
            raise self.refusal(f"a value of the line {name!r} has not {size} bytes", self.at)
        return octets

    def end(self) -> None:
        """Take the last line, behind which nothing stands.

        Raises:
            BadInputError: It is missing, or something follows it.
        """
        if self._data[self.at :] != b"end\n":
            raise self.refusal("the end is missing, or something follows it", self.at)

    def refusal(self, what: str, place: int) -> BadInputError:
        """Return the error that tells what is wrong at a byte."""
        return BadInputError(what, place=f"byte {place}", hint=self._hint)


def part(name: str, octets: bytes) -> bytes:
    """Return a part led by its length."""
    return f"{name} {len(octets)}\n".encode() + octets + b"\n"


def line(name: str, *values: bytes | str) -> bytes:
    """Return a line; bytes are written in base64, text as it is."""
    said = [base64.b64encode(v).decode() if isinstance(v, bytes) else v for v in values]
    return f"{' '.join([name, *said])}\n".encode()
