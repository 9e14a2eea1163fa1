"""What strangers hand in: statements in all that carries them, and what only looks like it."""

import io
from typing import Final

import pypdf
from pypdf.generic import ArrayObject, DecodedStreamObject, NameObject

from legation.app.statements.carriers import carried
from legation.safeguards.statements.carriers.page import SCRIPT_TYPE
from legation.safeguards.statements.carriers.pdf import MOST_STREAMS
from legation.safeguards.statements.carriers.plain import base64_lines, write_armoured
from legation.safeguards.statements.statement_file import write_file
from worlds.carried import FILE, REGISTER
from worlds.register_copies import signed
from worlds.statements import ALDANIA, TEXT, statement

OTHER: Final = write_file(signed(statement("2026/118", "The embassy in Velmar is open.")))
_ONE: Final = carried(FILE, REGISTER, by=ALDANIA)
BLOCK: Final = _ONE.text(whole=False)
WHOLE: Final = _ONE.text(whole=True)
PAGE: Final = _ONE.page("/a.statement", fragment=False)
FRAGMENT: Final = _ONE.page("/a.statement", fragment=True)


def script(data: bytes, tag: str = f'<script type="{SCRIPT_TYPE}">') -> str:
    """Return a script with a file in it."""
    return f"{tag}\n{chr(10).join(base64_lines(data))}\n</script>"


def paper(*files: tuple[str, bytes]) -> bytes:
    """Return a PDF with attachments."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    for name, data in files:
        writer.add_attachment(name, data)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def loose(*streams: bytes, packed: bool = False) -> bytes:
    """Return a PDF with streams that no table names, packed by its own program or as they are."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    kept = ArrayObject()
    for one in streams:
        stream = DecodedStreamObject()
        stream.set_data(one)
        added = stream.flate_encode() if packed else stream
        kept.append(writer._add_object(added))
    writer.root_object[NameObject("/Kept")] = kept
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _line(lead: str) -> str:
    return next(line for line in BLOCK.split("\n") if line.startswith(lead))


def _lying(lead: str, said: str) -> bytes:
    return WHOLE.replace(_line(lead), said, 1).encode()


CASES: Final[dict[str, bytes]] = {
    "file": FILE,
    "file with other line ends": FILE.replace(b"\n", b"\r\n"),
    "file cut": FILE[:-9],
    "text": TEXT.encode(),
    "text with a byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "text with NUL": b"a\0b",
    "no text": b"\xff\xfe\xfd",
    "block": BLOCK.encode(),
    "block with other line ends": BLOCK.replace("\n", "\r\n").encode(),
    "block and file": WHOLE.encode(),
    "block and file with blanks": WHOLE.replace("\n", " \t\u00a0\r\n").encode(),
    "block and file in a mail": f"Dear all,\n\n{WHOLE}\nWe order the attack.\n".encode(),
    "block twice": (BLOCK + BLOCK).encode(),
    "block without end": BLOCK.replace("-----END", "----END").encode(),
    "block with a broken line": BLOCK.replace("Number: ", "Number ").encode(),
    "block with a line twice": BLOCK.replace("Office: ", "Issuer: ").encode(),
    "block with a long line": BLOCK.replace("Office: ", f"Office: {'x' * 600}").encode(),
    "block with astral letters": BLOCK.replace(
        "Office: ", f"Office: {chr(0x10400) * 500}"
    ).encode(),
    "block of dashes": BLOCK.replace("\n\n", "\n\n- -----BEGIN\n- - -----\n- we\n", 1).encode(),
    "armour": write_armoured(FILE).encode(),
    "armour twice": (write_armoured(FILE) * 2).encode(),
    "two files": (write_armoured(FILE) + write_armoured(OTHER)).encode(),
    "armour in a line": write_armoured(FILE).replace("\n", "", 3).encode(),
    "armour in long lines": "\n".join(
        [
            "-----BEGIN LEGATION STATEMENT-----",
            "".join(base64_lines(FILE)),
            "-----END LEGATION STATEMENT-----",
        ]
    ).encode(),
    "armour that begins in itself": ("-----BEGIN LEGATION STATEMENT-----\n" * 2).encode(),
    "armour that only ends": b"-----END LEGATION STATEMENT-----\n",
    "lying issuer": _lying("Issuer:", "Issuer: Ministry of Tarvia"),
    "lying number": _lying("Number:", "Number: 2026/999"),
    "lying time": _lying("Issued:", "Issued: 2025-01-01T00:00:00Z"),
    "lying language": _lying("Language:", "Language: fr"),
    "lying register": _lying("Register:", "Register: https://statements.tarvia.example/log"),
    "lying note": _lying("Note:", "Note: This block proves itself."),
    "lying text": WHOLE.replace("did not order", "ordered", 1).encode(),
    "lying short form": WHOLE.replace("#L1~2026/117", "#L1~2026/118", 1).encode(),
    "another file beside the block": (BLOCK + write_armoured(OTHER)).encode(),
    "page": PAGE.encode(),
    "fragment": FRAGMENT.encode(),
    "page without": b"<!DOCTYPE html><p>We order the attack.</p>",
    "page of two": (PAGE + script(OTHER)).encode(),
    "page and armour of two": (PAGE + "\n" + write_armoured(OTHER)).encode(),
    "script of another type": script(FILE, f'<script data-type="{SCRIPT_TYPE}">').encode(),
    "script with two types": script(
        FILE, f'<script type="text/plain" type="{SCRIPT_TYPE}">'
    ).encode(),
    "script in large letters": script(FILE, f"<SCRIPT TYPE=' {SCRIPT_TYPE.upper()} '>").encode(),
    "script with entities": script(
        FILE, f'<script type="{SCRIPT_TYPE.replace("l", "&#108;", 1)}">'
    ).encode(),
    "script of a Kelvin": "<\u017fcript type=x></\u017fcript>".encode(),
    "script without end": script(FILE).replace("</script>", "").encode(),
    "script of nothing": f'<script type="{SCRIPT_TYPE}"></script>'.encode(),
    "script of no base64": f'<script type="{SCRIPT_TYPE}">=</script>'.encode(),
    "paper": paper(("a.statement", FILE)),
    "paper with one twice": paper(("a.statement", FILE), ("b.statement", FILE)),
    "paper of two": paper(("a.statement", FILE), ("b.statement", OTHER)),
    "paper of two names": paper(("a.statement", FILE), ("b.txt", OTHER)),
    "paper without": paper(("a.txt", b"x")),
    "paper with a loose one": loose(FILE),
    "paper with a packed one": loose(FILE, packed=True),
    "paper with a loose one twice": loose(FILE, FILE),
    "paper of two loose ones": loose(FILE + OTHER),
    "paper of two packed ones": loose(FILE, OTHER, packed=True),
    "paper with a loose one cut": loose(FILE[:-9]),
    "paper with a packed one cut": loose(FILE[:-9], packed=True),
    "paper of many streams": loose(b"stream\nx" * (MOST_STREAMS + 1)),
}
"""Files, by what they are."""
