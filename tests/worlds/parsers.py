"""Every reader of bytes that strangers send, with what it may raise and whether it writes back.

Two programs feed them: the suite, by hypothesis, and `make fuzz`, by atheris, which follows the
branches that an input takes. A reader that is new is one more line of `PARSERS`.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, final

import msgspec

from legation.crypto.directory.files import read_directory_file, write_directory_file
from legation.crypto.directory.text import read_directory, write_directory
from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.keys import parse_key
from legation.crypto.log.notes import parse_note, parse_signatures
from legation.crypto.log.proofs import make_proof, parse_proof
from legation.crypto.log.signers import cosign_checkpoint
from legation.crypto.log.tiles import decode_bundle, encode_bundle, parse_path
from legation.crypto.log.witnessing import (
    WitnessRequest,
    contradiction,
    parse_evidence,
    parse_request,
)
from legation.errors import BadInputError, LegationError, VerificationError
from legation.safeguards.statements.key_directories import named_in
from legation.safeguards.statements.register_copy import (
    CopiedEntry,
    CopiedStatement,
    RegisterCopy,
    read_copy,
    write_copy,
)
from legation.safeguards.statements.statement import read_statement, write_statement
from legation.safeguards.statements.statement_file import embargo_of, read_file, write_file
from legation.safeguards.statements.witness_folder import read_watching

from .directories import versions
from .logs import LOG_KEYS, ORIGIN, WITNESS_NAMES, WITNESSES, Tree, keys_of, log_of
from .statements import filed, whole

_BUNDLE: Final = 3
_KEYS: Final = ", ".join(f'"{key}"' for key in LOG_KEYS)


@final
class Parser(NamedTuple):
    """A reader of bytes.

    Attributes:
        name: What it reads.
        read: Reads it.
        write: Writes it back, which must give the very bytes; None where many are alike.
        seeds: Good inputs to begin with.
        declared: What it may raise.
        writes_all: Whether all that is read may be written, too.
    """

    name: str
    read: Callable[[bytes], Any]
    write: Callable[[Any], bytes] | None
    seeds: tuple[bytes, ...]
    declared: tuple[type[LegationError], ...] = (BadInputError,)
    writes_all: bool = True

    def try_on(self, data: bytes) -> bool:
        """Read bytes; tell whether they were good.

        Raises:
            AssertionError: They are not written back as they were read.
        """
        try:
            found = self.read(data)
        except self.declared:
            return False
        try:
            again = data if self.write is None else self.write(found)
        except self.declared:
            if self.writes_all:
                raise
            return True
        if again != data:
            raise AssertionError(f"{self.name}: written back otherwise")
        return True


def _text(data: bytes) -> str:
    """Return bytes as the text that a reader of texts gets; what is none is no input of it."""
    return data.decode("utf-8", "surrogateescape")


def _bytes(text: Any) -> bytes:
    return str(text).encode("utf-8", "surrogateescape")


def _register(directories: tuple[bytes, ...], checkpoint: bytes, statement: bytes) -> bytes:
    entries = (CopiedStatement(statement), CopiedEntry(b"legation statement entry 1\n"))
    return write_copy(RegisterCopy(directories=directories, checkpoint=checkpoint, entries=entries))


def _parsers() -> tuple[Parser, ...]:
    entries = [b"statement %d" % at for at in range(9)]
    tree, fork = Tree(entries), Tree([b"other", *entries[1:]])
    disk = log_of([entries])
    signed = tree.note(9)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    lines = cosign_checkpoint(parse_checkpoint(signed), WITNESSES[WITNESS_NAMES[0]], at)
    note = signed.with_signatures(lines)
    request = WitnessRequest(old_size=0, proof=(), checkpoint=signed)
    proof = make_proof(3, note, disk.read)
    evidence = contradiction(tree.note(5), fork.note(9), fork.read)
    file = filed(whole())
    directory = versions(1)[0]
    keys = (*LOG_KEYS, *keys_of(WITNESSES[WITNESS_NAMES[0]]))
    watching = f'name = "w"\n[[log]]\norigin = "{ORIGIN}"\nkeys = [{_KEYS}]\n'.encode()
    weak = (BadInputError, VerificationError)
    return (
        Parser("note", parse_note, lambda found: found.encode(), (note.encode(),)),
        Parser(
            "checkpoint",
            lambda data: (read := parse_note(data), parse_checkpoint(read)),
            lambda both: msgspec.structs.replace(both[0], text=both[1].text()).encode(),
            (signed.encode(),),
        ),
        Parser(
            "signatures",
            lambda data: parse_signatures(_text(data)),
            lambda found: b"".join(_bytes(f"{line}\n") for line in found),
            (_bytes("".join(f"{line}\n" for line in lines)),),
        ),
        Parser("key", lambda data: parse_key(_text(data)), _bytes, tuple(map(_bytes, keys)), weak),
        Parser("proof", parse_proof, lambda found: found.encode(), (proof.encode(),)),
        Parser("request", parse_request, lambda found: found.encode(), (request.encode(),)),
        Parser("evidence", parse_evidence, None, (evidence.encode(),)),
        Parser(
            "path",
            lambda data: parse_path(_text(data)),
            lambda found: _bytes(found.path),
            (b"tile/0/x001/x234/067.p/5", b"tile/entries/000"),
        ),
        Parser(
            "bundle",
            lambda data: decode_bundle(data, _BUNDLE),
            encode_bundle,
            (encode_bundle([b"one", b"", b"three"]),),
        ),
        # A sign that Unicode has not assigned is read, and refused when it is written.
        Parser(
            "statement",
            read_statement,
            write_statement,
            (read_file(file).signed,),
            writes_all=False,
        ),
        Parser("statement-file", read_file, write_file, (file,)),
        Parser("kept-back-entry", embargo_of, None, (read_file(file).entry,)),
        Parser(
            "directory-line",
            lambda data: named_in(
                Checkpoint(origin="o", head=tree.heads[1], extensions=(_text(data),))
            ),
            lambda found: _bytes(found.line),
            (f"directory 12 {'0a' * 32}".encode(),),
            weak,
        ),
        Parser(
            "directory",
            read_directory,
            write_directory,
            (read_directory_file(directory).signed,),
            weak,
        ),
        Parser("directory-file", read_directory_file, write_directory_file, (directory,)),
        Parser(
            "register-copy", read_copy, write_copy, (_register((directory,), note.encode(), file),)
        ),
        Parser("witness-config", read_watching, None, (watching,), weak),
    )


PARSERS: Final = {each.name: each for each in _parsers()}
TOKENS: Final = tuple(
    word.encode()
    for word in (
        *("\n", "\n\n", " ", "0", "00", "-1", "9223372036854775808", "\u2014 ", "+", "=", "AA=="),
        *("end\n", "signed ", "text ", "entry ", "statement ", "old ", "index ", "extra ", "x000/"),
        *("embargo ", "salt ", "directory "),
        *("\r", "\t", "\0", "\x85", "\u2028", "\ufeff", "\u202e", "\u0660", "[[", '"""', "{", "[]"),
        *("2026-02-30T24:61:61Z", "0001-01-01T00:00:00Z", "10000-01-01T00:00:00Z"),
        *(json.dumps("\ud800"), "c2sp.org/tlog-proof@v1\n"),
    )
)
"""What inputs are made of, besides pieces of good ones."""
