"""The registers: what they hold, how rows come in, and how a register leaves.

Rows are entered by who answers for them, as a table, as a calendar, or one by one in a form. What
is read of a file is read beside the loop that answers everybody else.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect

from legation.app.balancing import Counted, counted
from legation.app.registers import Registers, TakenRows
from legation.app.scope import Scope
from legation.desk.answers import Ask, Given, Name, Writer, page
from legation.desk.gate import Gate
from legation.desk.mission_views import ids_of, leave, scope_of
from legation.desk.reading import Download
from legation.desk.small_forms import read_form
from legation.desk.working import DeskWork
from legation.errors import NotFoundError
from legation.formats.cells import write_rows
from legation.formats.rows import cells_of, columns_of
from legation.missions.calendar import KINDS, Assumed
from legation.missions.objects import SHAPES

Door = NamedDependency[SkipValidation[Gate]]
Working = NamedDependency[SkipValidation[DeskWork]]
_LARGEST: Final = 8_000_000
# A personal name asks for the keys of the home, which the command line has; the number of a
# calendar's message is nobody's to type.
_NOT_HERE: Final = frozenset({"person", "sequence"})
_HOME: Final[Mapping[str, str]] = {"voices": "/voices", "talks": "/talks"}


@get("/registers", sync_to_thread=False, verb="mission.read")
def registers(reading: Given, pages: Writer) -> Response[str]:
    """Show what the registers hold, and how a table comes in."""
    every = Registers(scope_of(reading)).every()
    counts = {name: len(rows) for name, rows in every.items()}
    return page(pages.write("registers", counts=counts, kinds_of_talks=KINDS))


@get("/registers/{register:str}/as/{kind:str}", sync_to_thread=False, verb="mission.export")
def register_file(reading: Given, register: Name, kind: Name) -> Response[bytes]:
    """Hand out a register: as a table that comes in again, or as STIX."""
    _shape(register)
    found = Registers(scope_of(reading))
    if kind == "csv":
        content, media = found.export(register), "text/csv"
    elif kind == "stix":
        content, media = found.bundle(register), "application/stix+json;version=2.1"
    else:
        raise NotFoundError(f"no export as {kind!r:.20}", hint="choose csv or stix")
    ending = "json" if kind == "stix" else kind
    made = Download(name=f"{register}.{ending}", media_type=media, content=content)
    return leave(reading, register, made, ids_of(found.rows(register)))


@post(
    "/registers/import",
    status_code=200,
    request_max_body_size=None,  # the form is counted as it is read, and told why it is refused
    verb="mission.write",
    streams=True,
)
async def take_in(
    request: Ask, reading: Given, gate: Door, desk_work: Working, pages: Writer
) -> Response[str]:
    """Take in a table or a calendar, and say what came of it."""
    form = await read_form(request, gate, most=_LARGEST)
    said = {name: " ".join(text.split()) for name, text in form.fields.items()}
    lists = {
        name: [part for each in said.get(name, "").split("|") if (part := each.strip())]
        for name in ("parties", "missions")
    }
    assumed = msgspec.convert(said | lists, Assumed)
    scope = scope_of(reading)
    found = Registers(scope, at_hand=desk_work.at_hand)
    taken = await asyncio.to_thread(found.take, form.content, form.name, assumed=assumed)
    proofs = await _counted(scope, taken)
    return page(pages.write("register_taken", taken=taken, proofs=proofs))


@get("/registers/{register:str}/row", sync_to_thread=False, verb="mission.write")
def row(request: Ask, reading: Given, pages: Writer, register: Name) -> Response[str]:
    """Show the form for one row: an empty one, or that of a row that is there."""
    _shape(register)
    key = request.query_params.get("key", "")
    found = Registers(scope_of(reading)).rows(register) if key else []
    before = next((one.row for one in found if one.row.key == key), None)
    if key and before is None:
        raise NotFoundError(f"no row {key!r:.60} in this register", hint="enter it as a new one")
    values = {} if before is None else dict(cells_of(before))
    return _form(pages, register, values, None)


@post("/registers/{register:str}/row", status_code=200, verb="mission.write")
async def put_row(
    request: Ask, reading: Given, desk_work: Working, pages: Writer, register: Name
) -> Response[str] | Redirect:
    """Take in one row; where it is refused the form comes back with what was typed."""
    shape = _shape(register)
    form = await request.form()
    names = [name for name in shape.__struct_fields__ if name not in _NOT_HERE]
    values = {name: "|".join(str(each) for each in form.getall(name, [])) for name in names}
    content = write_rows(names, [[values[name] for name in names]]).encode()
    found = Registers(scope_of(reading), at_hand=desk_work.at_hand)
    taken = await asyncio.to_thread(found.take, content, "form", register=register)
    if taken.refused:
        return _form(pages, register, values, taken)
    proofs = await _counted(scope_of(reading), taken)
    # Nobody takes a breach back, or enters what counts nowhere, without being told.
    if taken.weakened or not all(one.wholly for one in proofs):
        return page(pages.write("register_taken", taken=taken, proofs=proofs))
    return Redirect(_HOME.get(register, "/registers"), status_code=303)


async def _counted(scope: Scope, taken: TakenRows) -> tuple[Counted, ...]:
    """Return where the proofs of a file count, worked out beside the loop."""
    if taken.register != "proofs" or not taken.keys:
        return ()
    return await asyncio.to_thread(counted, scope, taken.keys)


REGISTER_VIEWS: Final = (registers, register_file)
REGISTER_WRITING: Final = (take_in, row, put_row)


def _form(
    pages: Writer, register: str, values: Mapping[str, str], taken: TakenRows | None
) -> Response[str]:
    columns = [one for one in columns_of(_shape(register)) if one.name not in _NOT_HERE]
    refused = taken.refused if taken else ()
    return page(
        pages.write(
            "register_row", register=register, columns=columns, values=values, refused=refused
        )
    )


def _shape(register: str) -> type[msgspec.Struct]:
    if register not in SHAPES:
        raise NotFoundError(f"no register {register!r:.40}", hint=f"known: {', '.join(SHAPES)}")
    return SHAPES[register]
