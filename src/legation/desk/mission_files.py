"""A file of one mission: every row that is on record of it, under the label of all of them."""

from typing import Final

import msgspec
from litestar import Response, get

from legation.app.caveats import REGISTERS
from legation.app.registers import Registers
from legation.desk.answers import Ask, Given, Name, only
from legation.desk.exports import download
from legation.desk.mission_views import believed, belongs, leave, no_mission, scope_of
from legation.desk.reading import Download
from legation.formats.rows import cells_of


class MissionCell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell of a row that is on record of a mission."""

    register: str
    key: str
    column: str
    value: str


@get("/mission/{key:str}/record/as/{kind:str}", sync_to_thread=False, verb="mission.export")
def record_file(request: Ask, reading: Given, key: Name, kind: Name) -> Response[bytes]:
    """Hand out all that is on record of one mission."""
    only(request, "as_of")
    scope = scope_of(reading)
    parts = {
        name: [
            one for one in rows if belongs(one, key) or (name == "missions" and one.row.key == key)
        ]
        for name, rows in Registers(scope).every(as_of=believed(request)).items()
    }
    if not parts["missions"]:
        raise no_mission(key)
    ids = [one.object_id for rows in parts.values() for one in rows]
    if kind == "json":
        rows = {name: [one.row for one in found] for name, found in parts.items()}
        content = msgspec.json.encode({"caveat": REGISTERS, **rows})
        made = Download(name=f"{key}.json", media_type="application/json", content=content)
    else:
        cells = [
            MissionCell(register=name, key=one.row.key, column=column, value=value)
            for name, found in parts.items()
            for one in found
            for column, value in cells_of(one.row)
        ]
        made = download(key, kind, cells, MissionCell, caveat=REGISTERS)
    return leave(reading, "mission", made, ids)


MISSION_FILES: Final = (record_file,)
