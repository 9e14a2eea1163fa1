"""`legation statement register`: the publisher's register, its copies and mirrors."""

from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from legation.cli.doors import AsJson, Lent, PassphraseFile
from legation.cli.statements import AnchorGiven, TrustFile, trust_given, unlocking
from legation.cli.words import answer, answer_json, counted, tell

Folder = Annotated[Path, Parameter(help="The publisher's folder, with public and private in it.")]


def init(
    folder: Folder,
    /,
    *,
    origin: Annotated[
        str, Parameter(help="Name of the log for good: statements.ministry.example/log.")
    ] = "",
    issuer: Annotated[str, Parameter(help="Who speaks, as statements will name it.")] = "",
    name: Annotated[
        str, Parameter(help="Name of the key directory. [default: of the issuer]")
    ] = "",
    directory: Annotated[
        Path | None,
        Parameter(help="First version of a key directory from a ceremony, in place of new keys."),
    ] = None,
    log_key: Annotated[
        Path | None, Parameter(help="Key file of the log that this directory names.")
    ] = None,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Begin a register: an empty log, and keys for one who begins alone.

    Root, log and issuer get keys of their own, all on this machine. Move the root keys to several
    holders by the next version of the key directory before much depends on them, or begin with
    --directory and --log-key from a ceremony.
    """
    from legation.app.statements.asking import read_statement_at
    from legation.app.statements.house import Beginning, House
    from legation.cli.statement_keys import new_passphrase
    from legation.crypto.locked_files import Passphrase
    from legation.errors import UsageError

    house = House(folder, doors.now)
    if directory is not None and log_key is not None and not origin and not issuer:
        unlock = unlocking(doors, passphrase_file)
        anchor = house.adopt(read_statement_at(directory), log_key, unlock)
    elif directory is None and log_key is None and origin and issuer:
        said = Beginning(origin=origin, issuer=issuer, name=name or f"Key directory of {issuer}")
        passphrase = new_passphrase(doors, passphrase_file)
        if not isinstance(passphrase, Passphrase):
            raise UsageError("root and issuer keys need a passphrase", hint="give one")
        anchor = house.begin(said, passphrase)
        tell(
            "Warning: root, log and issuer keys lie on one machine; who takes it over can speak"
            " for the issuer until others hold the root keys, and no witness watches the log yet."
        )
    else:
        raise UsageError(
            "a register begins with new keys, or with those of a ceremony",
            hint="give --origin and --issuer; or --directory and --log-key",
        )
    answer(str(anchor))
    tell("Print this fingerprint, and tell it by other ways than the register.")
    tell(f"Let a web server give out {folder / 'public'}; {folder / 'private'} is yours alone.")
    return 0


def check(
    folder: Annotated[Path, Parameter(help="The publisher's folder, or a public one.")],
    /,
    *,
    anchor: AnchorGiven = "",
    trust: TrustFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Verify a whole folder: every tile and statement, the way of the keys; 1 where one fails."""
    from legation.app.statements.asking import public_in
    from legation.app.statements.trust import trust_in, verify_remembered, write_trust
    from legation.crypto.directory.roots import Anchor
    from legation.safeguards.statements.register_folder import check_folder, copy_of

    trusted = trust_given(folder, anchor, trust)
    files, known = public_in(folder), Anchor.parse(trusted.anchor)
    found, opened = check_folder(files, known, doors.now(), trusted.directory or None)
    verify_remembered(trusted, copy_of(files), opened)
    if trust is not None:
        write_trust(trust, trust_in(known, opened.directory, opened.checkpoint))
    if as_json:
        answer_json(found)
    else:
        answer(f"{found.register}: {counted(found.size, 'entry').replace('entrys', 'entries')}")
        answer(f"key directory {found.directory}; {found.embargoed} under embargo")
        answer(f"copy: {found.copy}")
        for fault in found.faults:
            answer(f"does not count: {fault}")
    return 1 if found.faults else 0


def copy(
    folder: Folder,
    /,
    *,
    output: Annotated[Path | None, Parameter(help="Write it here too, as NAME.register.")] = None,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Remake the copy of the register, which readers verify against without a network.

    What is due is released first. The log's key is asked for only where its checkpoint does not
    name the newest key directory yet.
    """
    from legation.app.outputs import put
    from legation.app.statements.house import House

    house = House(folder, doors.now)
    house.renew(unlocking(doors, passphrase_file))
    house.remake()
    if output is not None:
        put(output, house.public.read("copy"))
    answer(str(output or house.public_folder / "copy"))
    return 0


def release(
    folder: Folder,
    /,
    *,
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Publish the statements whose embargo is over, and finish what a crash has left."""
    from legation.app.statements.house import House

    house = House(folder, doors.now)
    released = house.release(unlocking(doors, passphrase_file))
    answer(f"{counted(len(released), 'statement')} released")
    return 0


def export(
    folder: Folder,
    number: Annotated[str, Parameter(help="Number of the statement.")],
    output: Annotated[Path, Parameter(help="Where the .statement is written.")],
    /,
    *,
    issuer: Annotated[
        str, Parameter(help="Its issuer. [default: the only one of the directory]")
    ] = "",
    replace: Annotated[bool, Parameter(help="Replace the file if it is there.")] = False,
    doors: Lent,
) -> int:
    """Write a statement with the proof of the newest checkpoint, once witnesses have cosigned."""
    from legation.app.outputs import put, require_new
    from legation.app.statements.house import House
    from legation.cli.statement_issuing import issuer_of

    require_new(output, replace=replace)
    house = House(folder, doors.now)
    put(output, house.export(issuer_of(house, issuer), number))
    answer(str(output))
    if not house.is_witnessed():
        tell("Too few witnesses have cosigned yet: readers will refuse this file.")
    return 0


def request(
    folder: Folder,
    output: Annotated[Path, Parameter(help="Where the request is written.")],
    /,
    *,
    cosigned: Annotated[
        int, Parameter(help="How many entries the witness cosigned last; it shows them.")
    ] = 0,
    doors: Lent,
) -> int:
    """Write what a witness without a line is asked, to be carried to it."""
    from legation.app.outputs import put
    from legation.app.statements.house import House

    put(output, House(folder, doors.now).request(cosigned))
    answer(str(output))
    return 0


def cosign(
    folder: Folder,
    *answers: Annotated[Path, Parameter(help="Cosignatures that witnesses wrote into files.")],
    ask: Annotated[
        tuple[str, ...], Parameter(help="NAME=ADDRESS of a witness to ask; again for another.")
    ] = (),
    passphrase_file: PassphraseFile = None,
    doors: Lent,
) -> int:
    """Add what witnesses sign to the published checkpoint.

    It ends with 1 below the quorum, and where a witness saw more of this log than there is.
    """
    from legation.app.statements.asking import read_bounded
    from legation.app.statements.house import House
    from legation.crypto.log.notes import LARGEST_NOTE
    from legation.errors import UsageError

    addresses = dict(one.split("=", 1) for one in ask if "=" in one)
    if len(addresses) != len(ask) or not (ask or answers):
        raise UsageError(
            "no witness is named", hint="give files of cosignatures, or --ask NAME=ADDRESS"
        )
    files = [read_bounded(one, LARGEST_NOTE) for one in answers]
    house = House(folder, doors.now)
    found = house.cosign(files, addresses, unlocking(doors, passphrase_file))
    for each in found.heard:
        answer(f"{each.name}: {each.outcome}{': ' if each.why else ''}{each.why}")
    if not house.is_witnessed():
        tell("Fewer witnesses have cosigned than the key directory asks for.")
        return 1
    if any(each.outcome == "ahead" for each in found.heard):
        tell("A witness saw more of this log than is here: an old copy, or another hand writes it.")
        return 1
    return 0


def mirror(
    source: Annotated[Path, Parameter(help="The public folder that is mirrored.")],
    target: Annotated[Path, Parameter(help="The mirror's folder; made when it is not there.")],
    /,
    *,
    anchor: AnchorGiven = "",
    trust: TrustFile = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Bring a mirror up to a register; one that was rolled back or forked is refused."""
    from legation.app.statements.asking import public_in
    from legation.crypto.directory.roots import Anchor
    from legation.crypto.log.files import DiskFiles
    from legation.safeguards.statements.mirroring import mirror as mirrored

    trusted = trust_given(source, anchor, trust)
    files = public_in(source)
    target.mkdir(parents=True, exist_ok=True)
    found = mirrored(files, DiskFiles(target), Anchor.parse(trusted.anchor), doors.now())
    if as_json:
        answer_json(msgspec.structs.asdict(found))
    else:
        answer(f"{found.register}: {found.before} entries before, {found.size} now")
    return 0
