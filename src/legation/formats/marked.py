"""Labels on files that leave: in what they hold, and in their names.

A file is copied, renamed and cut up by people who never saw the page it came from. So its label
stands where each kind of file keeps what is said of the whole: in JSON as the first key, in a
table as the last cell of every row, in a calendar as a property. A line above the header
would be lost or taken for data by most readers of CSV; a column is read by all of them, and
goes along when rows are copied. Papers, pictures, networks and bundles bring their label
themselves: of them only the name is marked.

The name tells the national level, TLP and PAP alone: names are seen in folders, mail and logs
by people who may not know that a compartment is there.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

from legation.formats.cells import safe_cell
from legation.formats.icalendar import escaped, folded
from legation.stix.labels import Label, highest

COLUMN: Final = "marking"
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9]+")
_DOUBLE: Final = (".stix.json", ".signed.head")
_File = TypeVar("_File", bound=msgspec.Struct)


class Marking(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of who may have it.

    Attributes:
        text: The whole label, for what the file holds.
        tag: What of it may stand in a name.
        left_out: How many rows are not in the file, because they may not leave now.
    """

    text: str
    tag: str
    left_out: int = 0

    @property
    def name_part(self) -> str:
        """Return what stands in the name of the file."""
        return f"{self.tag}.WITHOUT-{self.left_out}" if self.left_out else self.tag


def marking_of(label: Label, ladder: Sequence[str] = ()) -> Marking:
    """Return a label as files carry it.

    >>> from legation.stix.labels import Pap
    >>> from legation.stix.tlp import Tlp
    >>> marking_of(Label(tlp=Tlp.RED, pap=Pap.AMBER, levels=("secret",), compartments=("talks",)))
    Marking(text='SECRET · TLP:RED · PAP:AMBER · talks', tag='SECRET.TLP-RED.PAP-AMBER', left_out=0)
    """
    parts = [highest(label.levels, ladder).upper(), str(label.tlp)]
    parts += [str(label.pap)] if label.pap else []
    bare = (_NO_NAME.sub("-", part).strip("-") for part in parts)
    return Marking(text=label.text(ladder), tag=".".join(part for part in bare if part))


def mark(file: _File, marking: Marking) -> _File:
    """Return a file (name, media type, content) under its label."""
    of: Any = file
    content = marked(of.content, of.media_type, marking.text, marking.left_out)
    name = named(of.name, marking.name_part)
    changed: _File = msgspec.structs.replace(of, name=name, content=content)
    return changed


def missing(left_out: int) -> str:
    """Return the sentence that says how many rows a file does not hold, and why.

    >>> missing(2)
    '2 rows above TLP:AMBER are left out: no token takes them out, a passkey on the desk does'
    """
    rows = "1 row above TLP:AMBER is" if left_out == 1 else f"{left_out} rows above TLP:AMBER are"
    return f"{rows} left out: no token takes them out, a passkey on the desk does"


def named(name: str, tag: str) -> str:
    """Return the name of a file with its label before the ending.

    >>> named("ties.csv", "TLP-RED"), named("campaigns.stix.json", "TLP-RED")
    ('ties.TLP-RED.csv', 'campaigns.TLP-RED.stix.json')
    """
    if not tag:
        return name
    ending = next((one for one in _DOUBLE if name.endswith(one)), f".{name.rpartition('.')[2]}")
    return f"{name.removesuffix(ending)}.{tag}{ending}"


def marked(content: bytes, media_type: str, text: str, left_out: int = 0) -> bytes:
    """Return what a file holds with its label in it, as far as its kind has a place for it.

    Beside the label stands how many rows were left out, if any: a table says it in each row, as
    rows are cut and copied; JSON under a key of its own.
    """
    kind = media_type.partition(";")[0]
    write = _PLACES.get(kind)
    if left_out and kind == "application/json":
        said = msgspec.json.encode({"rows": left_out, "why": missing(left_out)})
        content = _first(content, b"left_out", said)
    elif left_out:
        text = f"{text}; {missing(left_out)}"
    return write(content, text) if write and text else content


def _table(content: bytes, text: str) -> bytes:
    """Add a last cell to each row; what the other cells hold is not read, only where rows end."""
    out = bytearray()
    within, head = False, True
    # At line feeds alone: our writers leave a lone carriage return in a cell as it is.
    for line in io.BytesIO(content):
        within ^= line.count(b'"') % 2 == 1
        bare = line.removesuffix(b"\n").removesuffix(b"\r")
        if within or (not bare and not head):
            out += line
            continue
        out += bare + b"," + _cell(COLUMN if head else text) + line[len(bare) :]
        head = False
    return bytes(out)


def _cell(text: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="").writerow([safe_cell(text)])
    return out.getvalue().encode()


def _values(content: bytes, text: str) -> bytes:
    """Put the label first, so that who looks at the top of a long file sees it."""
    return _first(content, b"marking", msgspec.json.encode(text))


def _first(content: bytes, key: bytes, said: bytes) -> bytes:
    bare = content.strip()
    head = b'{"' + key + b'":' + said
    if not bare.startswith(b"{"):
        return head + b',"rows":' + bare + b"}"
    rest = bare[1:].lstrip()
    return head + (b"" if rest.startswith(b"}") else b",") + rest


def _calendar(content: bytes, text: str) -> bytes:
    """Add a property of ours: readers pass over what they do not know (RFC 5545, 3.8.8.2)."""
    first, _, rest = content.partition(b"\r\n")
    return b"\r\n".join([first, folded(f"X-LEGATION-MARKING:{escaped(text)}").encode(), rest])


_PLACES: Final[Mapping[str, Callable[[bytes, str], bytes]]] = {
    "text/csv": _table,
    "application/json": _values,
    "text/calendar": _calendar,
}
