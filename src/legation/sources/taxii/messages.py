"""The resources of TAXII 2.1, made of what a server sent.

Objects are never decoded here: each is the bytes that came, cut out of the page.

Lenient, each for a server that exists: a title may be absent (OpenTAXII's errors have none); an
API root may be a path (OpenTAXII); `more`, counts and lists may be absent or null; a status that
names no known state is pending until its counts say otherwise; a version may stand as it was
sent. What is no JSON, nests without end, or is of another shape altogether is an error.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from legation.errors import BadInputError
from legation.sources.taxii.body import check_count

_HINT: Final = "ask the partner whether the address is that of a TAXII 2.1 server"
_LONGEST: Final = 2000
_LONGEST_CURSOR: Final = 8192


class Discovery(msgspec.Struct, frozen=True, kw_only=True):
    """What a server says of itself (4.1).

    Attributes:
        default: Address of the API root to take where none is named; empty means none.
        api_roots: Addresses; they may lie at other places, where nobody goes unasked.
    """

    title: str = ""
    description: str = ""
    contact: str = ""
    default: str = ""
    api_roots: tuple[str, ...] = ()


class ApiRoot(msgspec.Struct, frozen=True, kw_only=True):
    """What an API root says of itself (4.2).

    Attributes:
        max_content_length: Bytes that one envelope may have; None: nobody said.
    """

    title: str = ""
    description: str = ""
    versions: tuple[str, ...] = ()
    max_content_length: int | None = None


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """One collection (5.2)."""

    id: str
    title: str = ""
    description: str = ""
    alias: str = ""
    can_read: bool = False
    can_write: bool = False
    media_types: tuple[str, ...] = ()


class ManifestEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a collection, without the object (5.3)."""

    id: str
    date_added: str = ""
    version: str = ""
    media_type: str = ""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What all pages have.

    Attributes:
        more: Whether there is more.
        next: What to ask for it with; empty where the server gives nothing.
        first: `X-TAXII-Date-Added-First` as sent; empty where there is none.
        last: `X-TAXII-Date-Added-Last` likewise.
        size: Bytes of the page, unpacked.
    """

    more: bool = False
    next: str = ""
    first: str = ""
    last: str = ""
    size: int = 0


class ObjectsPage(Page, frozen=True, kw_only=True):
    """A page of objects (5.4), each as the bytes that came."""

    objects: tuple[bytes, ...] = ()


class ManifestPage(Page, frozen=True, kw_only=True):
    """A page of a manifest (5.3)."""

    entries: tuple[ManifestEntry, ...] = ()


class VersionsPage(Page, frozen=True, kw_only=True):
    """A page of the versions of one object (5.8), as sent."""

    versions: tuple[str, ...] = ()


class StatusDetail(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one object of an envelope (4.3.1)."""

    id: str = ""
    version: str = ""
    message: str = ""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an envelope (4.3).

    Attributes:
        id: To ask again with; empty where the server gave none.
        complete: Whether nothing more will come.
    """

    id: str = ""
    complete: bool = False
    request_timestamp: str = ""
    total: int = 0
    success: int = 0
    failure: int = 0
    pending: int = 0
    successes: tuple[StatusDetail, ...] = ()
    failures: tuple[StatusDetail, ...] = ()
    pendings: tuple[StatusDetail, ...] = ()


class _Envelope(msgspec.Struct):
    objects: list[msgspec.Raw] | None = None
    more: bool | None = None
    next: str | int | None = None


def objects_page(body: bytearray, headers: Mapping[str, str], *, place: str) -> ObjectsPage:
    """Cut a page into its objects.

    Raises:
        BadInputError: It is no envelope.
    """
    size = len(body)
    found = _decoded(body, _Envelope, place)
    return ObjectsPage(
        objects=tuple(bytes(each) for each in found.objects or ()),
        size=size,
        **_paging(found.more, found.next, headers, place),
    )


def mapping(body: bytearray, *, place: str) -> dict[str, Any]:
    """Return a small resource as it is.

    Raises:
        BadInputError: It is no JSON object.
    """
    found: dict[str, Any] = _decoded(body, dict[str, Any], place)
    return found


def discovery_of(said: Mapping[str, Any]) -> Discovery:
    """Read a discovery resource."""
    return Discovery(
        title=_text(said, "title"),
        description=_text(said, "description"),
        contact=_text(said, "contact"),
        default=_text(said, "default"),
        api_roots=_texts(said, "api_roots"),
    )


def api_root_of(said: Mapping[str, Any]) -> ApiRoot:
    """Read an API root resource."""
    most = said.get("max_content_length")
    return ApiRoot(
        title=_text(said, "title"),
        description=_text(said, "description"),
        versions=_texts(said, "versions"),
        max_content_length=most if type(most) is int and most > 0 else None,
    )


def collection_of(said: Mapping[str, Any], *, place: str) -> Collection:
    """Read a collection resource.

    Raises:
        BadInputError: It has no id.
    """
    if not _text(said, "id"):
        raise BadInputError("a collection without an id", place=place, hint=_HINT)
    return Collection(
        id=_text(said, "id"),
        title=_text(said, "title"),
        description=_text(said, "description"),
        alias=_text(said, "alias"),
        can_read=said.get("can_read") is True,
        can_write=said.get("can_write") is True,
        media_types=_texts(said, "media_types"),
    )


def manifest_page(
    said: Mapping[str, Any], headers: Mapping[str, str], *, place: str
) -> ManifestPage:
    """Read a page of a manifest.

    Raises:
        BadInputError: Its paging cannot be read.
    """
    entries = tuple(
        ManifestEntry(
            id=_text(each, "id"),
            date_added=_text(each, "date_added"),
            version=_text(each, "version"),
            media_type=_text(each, "media_type"),
        )
        for each in mappings(said, "objects")
    )
    paging = _paging(said.get("more"), said.get("next"), headers, place)
    return ManifestPage(entries=entries, **paging)


def versions_page(
    said: Mapping[str, Any], headers: Mapping[str, str], *, place: str
) -> VersionsPage:
    """Read a page of versions.

    Raises:
        BadInputError: Its paging cannot be read.
    """
    paging = _paging(said.get("more"), said.get("next"), headers, place)
    return VersionsPage(versions=_texts(said, "versions"), **paging)


def status_of(said: Mapping[str, Any]) -> Status:
    """Read a status resource."""
    pending = _number(said, "pending_count")
    return Status(
        id=_text(said, "id"),
        complete=said.get("status") == "complete",
        request_timestamp=_text(said, "request_timestamp"),
        total=_number(said, "total_count"),
        success=_number(said, "success_count"),
        failure=_number(said, "failure_count"),
        pending=pending,
        successes=_details(said, "successes"),
        failures=_details(said, "failures"),
        pendings=_details(said, "pendings"),
    )


def mappings(said: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the objects in a list of a resource; an absent list is an empty one."""
    found = said.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _decoded(body: bytearray, shape: Any, place: str) -> Any:
    check_count(body, place=place)
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as bad:
        raise BadInputError(
            f"the answer cannot be read: {str(bad)!r:.120}", place=place, hint=_HINT
        ) from bad
    except RecursionError as deep:
        raise BadInputError("the answer nests too deep", place=place, hint=_HINT) from deep


def _paging(more: Any, following: Any, headers: Mapping[str, str], place: str) -> dict[str, Any]:
    cursor = "" if following is None else str(following)
    if len(cursor) > _LONGEST_CURSOR:
        raise BadInputError("the server's `next` is endless", place=place, hint=_HINT)
    return {
        "more": more is True,
        "next": cursor,
        "first": headers.get("x-taxii-date-added-first", "").strip()[:80],
        "last": headers.get("x-taxii-date-added-last", "").strip()[:80],
    }


def _text(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name)
    return found[:_LONGEST] if isinstance(found, str) else ""


def _texts(said: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = said.get(name)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()


def _number(said: Mapping[str, Any], name: str) -> int:
    found = said.get(name)
    return found if type(found) is int and found >= 0 else 0


def _details(said: Mapping[str, Any], name: str) -> tuple[StatusDetail, ...]:
    return tuple(
        StatusDetail(
            id=_text(each, "id"), version=_text(each, "version"), message=_text(each, "message")
        )
        for each in mappings(said, name)
    )
