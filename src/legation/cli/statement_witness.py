"""`legation statement witness`: watch that registers only grow, over a line or by stick.

A witness is run by somebody else than the publisher: another ministry, a press agency, a
university. It needs no home and no store, only a folder of its own.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from legation.app.binding import LOOPBACK
from legation.cli.doors import AsJson, Doors, Lent, PassphraseFile, WitnessOpening
from legation.cli.words import answer, answer_json, table, tell

if TYPE_CHECKING:
    from legation.safeguards.statements.witness import StatementWitness

_PORT = 8323
_DONE = 200
_LARGEST_EVIDENCE = 4 << 20

Folder = Annotated[Path, Parameter(help="Folder of the witness.")]


def make(
    folder: Folder,
    name: Annotated[str, Parameter(help="Name of the witness, as university.example/w.")],
    /,
    *,
    passphrase: Annotated[bool, Parameter(help="Ask for a passphrase of the keys.")] = False,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Make a witness: its folder and its keys, which are printed for publishers.

    Without a passphrase the keys are protected by the mode of their file alone. Name the logs that
    it watches in witness.toml of the folder, each as a table [[log]] with origin and keys.
    """
    from legation.app.statements.keys import PUBLIC_SUFFIX, make_key, read_witness
    from legation.crypto.holder_files import Kind
    from legation.crypto.locked_files import UNPROTECTED, Protection
    from legation.safeguards.statements.witness_folder import WitnessFolder

    protection: Protection = UNPROTECTED
    if passphrase or passphrase_file:
        protection = doors.passphrase(passphrase_file, "Passphrase of the keys: ")
    made = WitnessFolder.make(folder, name)
    make_key(made.keys, Kind.WITNESS, protection, name=name)
    public = made.keys.with_name(made.keys.name + PUBLIC_SUFFIX)
    for key in read_witness(public).keys:
        answer(str(key))
    tell(f"For publishers: {public}")
    tell(f"Name the logs to watch in {folder / 'witness.toml'}")
    return 0


def serve(
    folder: Folder,
    /,
    *,
    port: Annotated[int, Parameter(help="Port; 0 takes a free one. [default: 8323]")] = _PORT,
    host: Annotated[
        str, Parameter(help="Address to listen on; others than this machine's need TLS.")
    ] = LOOPBACK,
    name: Annotated[
        str, Parameter(help="Host name that logs know, with the port where it is not 443.")
    ] = "",
    tls_cert: Annotated[Path | None, Parameter(help="Certificate chain (PEM).")] = None,
    tls_key: Annotated[Path | None, Parameter(help="Its key (PEM).")] = None,
    behind_proxy: Annotated[bool, Parameter(help="A proxy with TLS stands before it.")] = False,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Cosign for the logs that are watched: C2SP's add-checkpoint, over HTTP.

    For this machine, or for others over TLS. What was cosigned is on the disk first; two
    histories of one log are refused and kept as evidence.
    """
    from legation.app.binding import read_binding

    binding = read_binding(
        host=host,
        port=port,
        name=name,
        tls_cert=tls_cert,
        tls_key=tls_key,
        behind_proxy=behind_proxy,
    )
    witness = _witness(folder, passphrase_file, doors)
    if not witness.watching.logs:
        tell("No log is watched yet: name some in witness.toml, then start again.")
    doors.serve_witness(WitnessOpening(witness=witness, binding=binding), answer)
    return 0


def cosign(
    folder: Folder,
    request: Annotated[Path, Parameter(help="The request, from legation statement register.")],
    output: Annotated[Path, Parameter(help="Where the cosignature is written.")],
    /,
    *,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Cosign a checkpoint that came on a stick; decided as if it had come over the line."""
    from legation.crypto.durable import written_whole
    from legation.errors import ConflictError, VerificationError
    from legation.safeguards.statements.witness import LARGEST_REQUEST, SIZE
    from legation.store.plain_files import read_plain

    if output.exists():
        raise ConflictError(f"{output} is there already", hint="give another name")
    witness = _witness(folder, passphrase_file, doors)
    told = witness.answer(read_plain(request, LARGEST_REQUEST))
    if told.evidence:
        tell(f"Two histories of one log: evidence is in {folder / 'evidence' / told.evidence}")
    if told.status == _DONE:
        with written_whole(output, replace=False) as file:
            file.write(told.body)
        answer(f"cosigned: {output}")
        return 0
    said = told.body.decode().strip()
    if told.kind == SIZE:
        raise ConflictError(
            f"the witness cosigned {said} entries last, and the request begins elsewhere",
            hint=f"have the request written from {said} entries on",
        )
    raise VerificationError(
        f"not cosigned ({told.status}): {said}", hint="show this to who made the request"
    )


def show(folder: Folder, /, *, as_json: AsJson = False) -> int:
    """Show the logs that are watched, how far each was cosigned, and evidence that is held."""
    from legation.crypto.log.checkpoints import parse_checkpoint
    from legation.crypto.log.notes import parse_note
    from legation.safeguards.statements.witness_folder import WitnessFolder, origin_hash

    place = WitnessFolder(folder)
    watching = place.watching()
    logs: list[dict[str, Any]] = []
    for origin in watching.logs:
        content = place.last(origin_hash(origin))
        head = parse_checkpoint(parse_note(content)).head if content is not None else None
        root = head.root.hex() if head else ""
        logs.append({"origin": origin, "size": head.size if head else None, "root": root})
    evidence = [file.name for file in place.evidence()]
    if as_json:
        answer_json({"name": watching.name, "logs": logs, "evidence": evidence})
        return 0
    rows = [
        (one["origin"], "nothing yet" if one["size"] is None else f"{one['size']:,}", one["root"])
        for one in logs
    ]
    answer(watching.name)
    answer(table(("log", "entries", "root"), rows) if rows else "No log is watched yet.")
    for one in evidence:
        answer(f"evidence of two histories: {folder / 'evidence' / one}")
    return 0


def evidence(
    file: Annotated[Path, Parameter(help="The file of evidence.")],
    /,
    *,
    key: Annotated[
        tuple[str, ...], Parameter(help="A key of the log (name+id+key); again for each other.")
    ] = (),
    folder: Annotated[
        Path | None, Parameter(help="Folder of a witness that watches the log, for its keys.")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Verify that a log has two histories; anybody who has the log's keys can do so."""
    from legation.crypto.log.checkpoints import parse_checkpoint
    from legation.crypto.log.keys import parse_key
    from legation.crypto.log.witnessing import parse_evidence, verify_evidence
    from legation.errors import UsageError
    from legation.safeguards.statements.witness_folder import WitnessFolder
    from legation.store.plain_files import read_plain

    found = parse_evidence(read_plain(file, _LARGEST_EVIDENCE), place=str(file))
    older, newer = parse_checkpoint(found.older), parse_checkpoint(found.newer)
    keys = tuple(parse_key(word) for word in key)
    if folder is not None and not keys:
        keys = WitnessFolder(folder).watching().logs.get(older.origin, ())
    if not keys:
        raise UsageError("the log's keys are needed", hint="give --key once for each, or --folder")
    verify_evidence(found, keys)
    if as_json:
        heads = [{"size": each.head.size, "root": each.head.root.hex()} for each in (older, newer)]
        answer_json({"origin": older.origin, "checkpoints": heads, "begins": found.root.hex()})
        return 0
    size = older.head.size
    answer(f"{older.origin} has two histories, and signed both.")
    answer(f"its {size:,} entries once had the root {older.head.root.hex()}")
    answer(f"of its {newer.head.size:,} entries the first {size:,} have {found.root.hex()}")
    return 0


def _witness(folder: Path, passphrase_file: Path | None, doors: Doors) -> "StatementWitness":
    from legation.app.statements.keys import open_witness
    from legation.crypto.holder_files import needs_passphrase
    from legation.crypto.locked_files import UNPROTECTED, Protection
    from legation.crypto.log.signers import witness_signers
    from legation.safeguards.statements.witness import StatementWitness
    from legation.safeguards.statements.witness_folder import WitnessFolder

    place = WitnessFolder(folder)
    protection: Protection = UNPROTECTED
    if passphrase_file is not None or needs_passphrase(place.keys):
        protection = doors.passphrase(passphrase_file, "Passphrase of the keys: ")
    keys = open_witness(place.keys, protection)
    return StatementWitness(place, witness_signers(place.watching().name, keys), doors.now)
