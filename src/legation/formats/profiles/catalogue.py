"""Which profile writes and which reads: one line for each."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from legation.formats.profiles.disinfox import import_disinfox
from legation.formats.profiles.losses import Exported, Imported, Piece
from legation.formats.profiles.misp.profile import export_misp
from legation.formats.profiles.misp.reading import import_misp
from legation.formats.profiles.opencti.profile import export_opencti, import_opencti
from legation.formats.profiles.plain import export_plain, import_plain

Exports = Callable[[Iterable[Piece]], Exported]
Imports = Callable[[bytes], Imported]

EXPORTS: Final[Mapping[str, Exports]] = {
    "misp": export_misp,
    "opencti": export_opencti,
    "plain": export_plain,
}
IMPORTS: Final[Mapping[str, Imports]] = {
    "disinfox": import_disinfox,
    "misp": import_misp,
    "opencti": import_opencti,
    "plain": import_plain,
}
