"""The registers: what they hold, how a table comes in, and how a register leaves.

Tables are taken in by who answers for them.
"""

from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from legation.app.balancing import counted
from legation.app.registers import Registers
from legation.desk.answers import Ask, Given, Name, Writer, page
from legation.desk.gate import Gate
from legation.desk.mission_views import ids_of, leave, scope_of
from legation.desk.reading import Download
from legation.desk.small_forms import read_form
from legation.errors import NotFoundError
from legation.missions.objects import SHAPES

Door = NamedDependency[SkipValidation[Gate]]
_LARGEST: Final = 8_000_000


@get("/registers", sync_to_thread=False, verb="mission.read")
def registers(reading: Given, pages: Writer) -> Response[str]:
    """Show what the registers hold, and how a table comes in."""
    every = Registers(scope_of(reading)).every()
    counts = {name: len(rows) for name, rows in every.items()}
    return page(pages.write("registers", counts=counts))


@get("/registers/{register:str}/as/{kind:str}", sync_to_thread=False, verb="mission.export")
def register_file(reading: Given, register: Name, kind: Name) -> Response[bytes]:
    """Hand out a register: as a table that comes in again, or as STIX."""
    if register not in SHAPES:
        raise NotFoundError(f"no register {register!r:.40}", hint=f"known: {', '.join(SHAPES)}")
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
    request_max_body_size=_LARGEST,
    verb="mission.write",
    streams=True,
)
async def take_in(request: Ask, reading: Given, gate: Door, pages: Writer) -> Response[str]:
    """Take in a table or a calendar, and say what came of it."""
    form = await read_form(request, gate, most=_LARGEST)
    scope = scope_of(reading)
    taken = Registers(scope).take(form.content, form.name)
    proofs = counted(scope, taken.keys) if taken.register == "proofs" else ()
    return page(pages.write("register_taken", taken=taken, proofs=proofs))


REGISTER_VIEWS: Final = (registers, register_file)
REGISTER_WRITING: Final = (take_in,)
