"""How evidence comes in: a file that somebody saved, a post of the lake, an address.

Reading (`prepare`) touches no store and may run beside other work; recording is one
transaction after the sealed file is on the disk, so that what is acknowledged is kept. The bytes
stay as they came. What leads to a person in a file's name or address is masked in the
record; the clear form is sealed beside the file.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from legation import __version__
from legation.app.evidence.vault import Vault
from legation.app.evidence.words import Names, facts_of, language_of, read_words
from legation.app.home import identity_of
from legation.errors import BadInputError, DeniedError, UsageError
from legation.formats.documents.kinds import KINDS, Kind, kind_of_bytes
from legation.formats.documents.told import Told

if TYPE_CHECKING:
    from legation.app.home import Home
    from legation.crypto.key_files import Protection
    from legation.stix.labels import Label
    from legation.store.evidence import Kept
    from legation.store.opening import Store

_MEGABYTE: Final = 1_000_000
_LONGEST: Final = 300
_EARLY: Final = timedelta(days=1)
TOOL: Final = f"legation {__version__}"


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was looked at and is not kept yet."""

    raw: bytes
    kind: Kind
    told: Told


class Masked(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a file, without names of accounts, and in which language.

    Attributes:
        likeliest: The likeliest language, though it may be too unsure to be told.
        confidence: How sure that one is.
        title: What it is called.
        source: Where it comes from.
    """

    told: Told
    lang: str
    likeliest: str
    confidence: float
    title: str
    source: str


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says of what they capture.

    Attributes:
        name: Of the file, as it came.
        title: What they call it; empty: what it calls itself.
        source: Where it comes from: an address, or words.
        method: How it came: `upload`, `post`, `fetch`, `command line`.
        campaign: Id of a campaign, or the start of one; empty for none.
        seen: When they saw it, as ISO 8601; UTC when no zone is said.
        tlp: Level asked for; it only makes the label stricter.
        account: Pseudonym of the account whose post it is.
    """

    name: str = ""
    title: str = ""
    source: str = ""
    method: str = "upload"
    campaign: str = ""
    seen: str = ""
    tlp: str = ""
    account: str = ""


def prepare(raw: bytes, *, most_mb: int, post: bool = False) -> Prepared:
    """Look at a file: its kind, and its words.

    Args:
        raw: Its bytes.
        most_mb: Largest size, in megabytes.
        post: It is a post that the lake gave.

    Raises:
        BadInputError: It is too large, empty, or of a kind that is not kept.
    """
    if len(raw) > most_mb * _MEGABYTE:
        raise too_large(most_mb)
    kind = KINDS["post"] if post else kind_of_bytes(raw)
    return Prepared(raw=raw, kind=kind, told=read_words(raw, kind.name))


def mask(names: Names, told: Told, given: Given | None = None) -> Masked:
    """Mask what is told of a file, and of who captures it; this takes its time and no store."""
    given, told = given or Given(), names.mask_told(told)
    lang, likeliest, confidence = language_of(told.text)
    return Masked(
        told=told,
        lang=lang,
        likeliest=likeliest,
        confidence=confidence,
        title=_title(names, given, told),
        source=_line(names.mask(given.source)),
    )


def too_large(most_mb: int) -> BadInputError:
    """Return the error of a file beyond the limit."""
    return BadInputError(
        f"this file is larger than {most_mb:,} MB",
        place="",
        hint="keep a smaller one, or ask for a higher setting `evidence_mb`",
    )


def record(
    home: "Home",
    store: "Store",
    protection: "Protection",
    prepared: Prepared,
    given: Given,
    *,
    actor: str,
    masked: Masked | None = None,
) -> "Kept":
    """Keep a file that was looked at; on return it is on the disk.

    Args:
        home: Whose.
        store: Its open store.
        protection: What opens its keys.
        prepared: The file.
        given: What is said of it.
        actor: Who captures it.
        masked: What `mask` made of it; None: that is done here.

    Raises:
        NotFoundError: There is no such campaign that may be known.
        UsageError: A time or level is not understood.
        DeniedError: It would be kept under a label that they do not meet.
    """
    from legation.formats.evidence import capture_id
    from legation.rights.sealed_names import keep_until
    from legation.store.evidence import Draft, Kept

    now = home.now()
    seen = _seen(given.seen, now)
    belongs_to, label = _belonging(home, store, given, actor)
    reader = home.reader(store, actor)
    if not home.policies().allow(reader, "object.read", [label])[0]:
        raise DeniedError(
            f"it would be kept under {label.text(home.settings.ladder)}, which you may not know",
            hint="ask a security officer, or let somebody keep it who may",
        )
    vault = Vault(home.folder / "evidence", home.keys(protection).sealing_key())
    masked = masked or mask(Names(home, store, protection), prepared.told, given)
    identity = identity_of(store)
    sha256, sealed = vault.keep(prepared.raw)
    evidence_id = capture_id(identity, sealed, now, belongs_to)
    kept = Kept(
        evidence_id=evidence_id,
        seq=0,
        sha256=sha256,
        sealed_sha256=sealed,
        size=len(prepared.raw),
        kind=prepared.kind.name,
        title=masked.title,
        source=masked.source,
        method=given.method,
        belongs_to=belongs_to,
        captured=now,
        seen=seen,
        actor=actor,
        until=keep_until(now, home.settings.evidence_days),
    )
    about = {"name": given.name, "title": given.title, "source": given.source}
    drafts = [
        Draft(
            kind="about",
            body=vault.seal(msgspec.json.encode(about), evidence_id.encode()),
            author=actor,
        ),
        Draft(
            kind="text",
            body=masked.told.text.encode(),
            author=actor,
            lang=masked.lang,
            facts=facts_of(masked.told, masked.likeliest, masked.confidence),
        ),
    ]
    with store.transaction():
        _put_objects(store, kept, prepared.kind, label)
        return store.evidence.add(kept, drafts)


def canonical_post(post: dict[str, Any]) -> bytes:
    """Return a post of the lake as the bytes that are kept and hashed (RFC 8785)."""
    from legation.stix.canonical import canonical

    return canonical(msgspec.to_builtins(post))


def source_of_post(account_id: str, post_id: str) -> str:
    """Return how a captured post names where it comes from."""
    return f"post {post_id} by {account_id}"


def label_for(home: "Home", store: "Store", ids: list[str], tlp: str) -> "Label":
    """Return the label of what belongs to these objects: theirs, and never wider."""
    from legation.app.marking import kept_label
    from legation.stix.labels import Label
    from legation.stix.tlp import Tlp, level_named

    asked = level_named(tlp) if tlp else Tlp.CLEAR
    own = Label(tlp=max(asked, home.marking))
    return own.joined(kept_label(store, ids)) if ids else own


def facts(kept: "Kept") -> dict[str, Any]:
    """Return what the `capture` extension carries of a capture."""
    return {
        "sha256": kept.sha256,
        "size": kept.size,
        "file_kind": kept.kind,
        "method": kept.method,
        "tool": TOOL,
        "title": kept.title,
        "source": kept.source,
        "seen": kept.seen.isoformat() if kept.seen else "",
        "belongs_to_ref": kept.belongs_to,
        "kept_until": kept.until.isoformat(),
    }


def _put_objects(store: "Store", kept: "Kept", kind: Kind, label: "Label") -> None:
    from legation.formats.evidence import capture_objects
    from legation.stix.codec import encode_object

    objects = capture_objects(
        facts(kept),
        evidence_id=kept.evidence_id,
        captured=kept.captured,
        seen=kept.seen,
        media_type=kind.media_type,
        identity=identity_of(store),
        label=label,
    )
    # The file and its address may be known from another capture, under another label: what is
    # shown of a capture is read from its own record, so only its own object is filed here.
    store.objects.put_many(map(encode_object, objects[:1]))


def _belonging(home: "Home", store: "Store", given: Given, actor: str) -> "tuple[str, Label]":
    from legation.app.labelling import object_named
    from legation.formats.campaign import account_id

    if not given.campaign:
        return "", label_for(home, store, [], given.tlp)
    belongs_to = object_named(home, store, given.campaign, actor)
    ids = [belongs_to, *([account_id(given.account)] if given.account else [])]
    return belongs_to, label_for(home, store, ids, given.tlp)


def _title(names: Names, given: Given, told: Told) -> str:
    called = names.mask_label(given.title) or told.title or names.mask_label(given.name)
    return _line(called) or "without a title"


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


def _seen(text: str, now: datetime) -> datetime | None:
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as bad:
        raise UsageError(
            f"{text!r:.40} is no time", hint="write it as 2026-03-01 12:30, in UTC"
        ) from bad
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    if aware > now + _EARLY:
        raise UsageError("that time lies ahead", hint="say when it was seen, in UTC")
    return aware.astimezone(UTC)
