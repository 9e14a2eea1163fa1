"""What pages are drawn with: style, icon, and the scripts that Vite has built, if any.

Nothing is loaded from elsewhere. What was built carries a hash in its name, and what was not
carries one in its address, so a browser may keep both; everything else it must ask for anew. A
desk whose scripts were not built has none, and its pages say and do the same.
"""

import gzip
import hashlib
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final, final

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from legation.errors import NotFoundError

_PLAIN: Final = {"desk.css": "text/css", "icon.svg": "image/svg+xml", "door.js": "text/javascript"}
_BUILT: Final = "built"
_KINDS: Final = {".js": "text/javascript", ".css": "text/css"}
_ENTRIES: Final = ("shell",)  # what pages ask for, and is empty where nothing was built
_LASTING: Final = "private, max-age=31536000, immutable"
_SMALL: Final = 600


class _Chunk(msgspec.Struct, frozen=True):
    """A part of what was built, as Vite's manifest tells of it."""

    file: str
    name: str = ""
    is_entry: bool = msgspec.field(name="isEntry", default=False)


Ask = Request[Any, Any, Any]


@final
class Asset:
    """A file that pages load.

    Attributes:
        content: Its bytes.
        media_type: What it is.
    """

    def __init__(self, content: bytes, media_type: str) -> None:
        """Hold a file."""
        self.content = content
        self.media_type = media_type
        self.mark = hashlib.sha256(content).hexdigest()[:12]

    @cached_property
    def packed(self) -> bytes | None:
        """Return it compressed, the same each time; None where that saves nothing."""
        if len(self.content) < _SMALL:
            return None
        return gzip.compress(self.content, mtime=0)


@final
class Assets:
    """All files that pages load, read once.

    Args:
        folder: Where they are.
    """

    def __init__(self, folder: Traversable) -> None:
        """Read them."""
        self._plain = {
            name: Asset(folder.joinpath(name).read_bytes(), kind) for name, kind in _PLAIN.items()
        }
        built = folder.joinpath(_BUILT)
        manifest = built.joinpath("manifest.json")
        self._built: dict[str, Asset] = {}
        self.islands = dict.fromkeys(_ENTRIES, "")
        if not manifest.is_file():
            return
        for chunk in msgspec.json.decode(manifest.read_bytes(), type=dict[str, _Chunk]).values():
            ending = chunk.file[chunk.file.rfind(".") :]
            content = built.joinpath(chunk.file).read_bytes()
            self._built[chunk.file] = Asset(content, _KINDS[ending])
            if chunk.is_entry:
                self.islands[chunk.name] = f"/static/{_BUILT}/{chunk.file}"

    def address(self, name: str) -> str:
        """Return where a page finds a file that is not built."""
        return f"/static/{name}?v={self._plain[name].mark}"

    def plain(self, name: str) -> Asset:
        """Return a file that is not built.

        Raises:
            NotFoundError: There is none of that name.
        """
        return _one(self._plain, name)

    def built(self, name: str) -> Asset:
        """Return a file that was built.

        Raises:
            NotFoundError: There is none of that name.
        """
        return _one(self._built, name)


@cache
def assets() -> Assets:
    """Return the files of this desk."""
    return Assets(files("legation.desk").joinpath("static"))


@get("/static/{name:str}", sync_to_thread=False, verb="door.see", bare=True)
def asset(request: Ask, name: FromPath[str]) -> Response[bytes]:
    """Hand out a file; for good, when it is asked for by its mark."""
    found = assets().plain(name)
    return _answer(request, found, lasting=request.query_params.get("v") == found.mark)


@get("/static/built/{name:str}", sync_to_thread=False, verb="door.see", bare=True)
def island(request: Ask, name: FromPath[str]) -> Response[bytes]:
    """Hand out a file that was built."""
    return _answer(request, assets().built(name), lasting=True)


ASSETS: Final = (asset, island)


def _one(of: dict[str, Asset], name: str) -> Asset:
    if name not in of:
        raise NotFoundError(f"there is no {name!r}", hint="go to the first page")
    return of[name]


def _answer(request: Ask, found: Asset, *, lasting: bool) -> Response[bytes]:
    headers = {"Vary": "Accept-Encoding"}
    if lasting:
        headers["Cache-Control"] = _LASTING
    content = found.content
    if found.packed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"], content = "gzip", found.packed
    return Response(content, media_type=found.media_type, headers=headers)
