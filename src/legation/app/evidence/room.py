"""Captured evidence as the doors ask for it: what one reader may know, and may do with it.

A reader sees records, masked texts and translations. A look at the file itself needs a stated
purpose, which is in the trail before a byte is opened. Whether the sealed file is still what was
written is told on every page that shows it.
"""

from copy import copy
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final, final

import msgspec

from legation.app.evidence import taking
from legation.app.evidence.forms import KeptPost, Shown, Translation, latest, reasons_of
from legation.app.evidence.vault import Vault
from legation.app.evidence.words import Names, facts_of, read_words, refuse_misread
from legation.errors import ConflictError, DeniedError, UsageError
from legation.formats.documents.kinds import KINDS
from legation.stix.labels import all_joined
from legation.store.evidence import READ_AGAIN, TRANSLATE, Draft, Kept, Part
from legation.store.evidence_sorted import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from legation.app.access.entering import Guest
    from legation.app.home import Home
    from legation.app.library import Library
    from legation.crypto.key_files import Protection
    from legation.rights.clearance import Reader
    from legation.rights.sealed_names import Look
    from legation.stix.labels import Label
    from legation.store.opening import Store
    from legation.store.readable import KnownObjects

OPEN: Final = "evidence.open"
READ: Final = "evidence.read"
_MOST_TEXT: Final = 1_000_000
_LONGEST_LANG: Final = 35
_LONGEST_MACHINE: Final = 100


@final
class Room:
    """The evidence of one home.

    Args:
        home: The home.
        store: Its open store.
        protection: What opens its keys; None when nobody gave it: then nothing is captured.
    """

    def __init__(self, home: "Home", store: "Store", protection: "Protection | None") -> None:
        """Read nothing yet."""
        self._reader: Reader | None = None
        self._library: Callable[[], Library] | None = None
        self.home = home
        self.store = store
        self._protection = protection

    def read_by(self, reader: "Reader", library: "Callable[[], Library]") -> "Room":
        """Return the same evidence for a reader who was worked out already, and their library."""
        room = copy(self)
        room._reader, room._library = reader, library  # noqa: SLF001 - our own copy
        return room

    def library_of(self, actor: str) -> "Library":
        """Return the campaigns as somebody reads them."""
        if self._library is not None and self._reader and self._reader.actor == actor:
            return self._library()
        return self.home.library(self.store, actor)

    def known(self, actor: str) -> "KnownObjects":
        """Return what somebody may know."""
        known = self._reader if self._reader and self._reader.actor == actor else None
        reader = known or self.home.reader(self.store, actor)
        return self.store.objects.as_read_by(reader.clearance)

    def find(
        self,
        wanted: Wanted,
        *,
        actor: str,
        order: str = "when",
        before: int | None = None,
        limit: int = 50,
    ) -> tuple[list[Kept], int]:
        """Return captures, the newest first, and how many there are; a campaign by its name.

        Raises:
            NotFoundError: There is no such campaign that may be known.
        """
        if wanted.belongs_to and "--" not in wanted.belongs_to:
            object_id = self.library_of(actor).object_id(wanted.belongs_to)
            wanted = msgspec.structs.replace(wanted, belongs_to=object_id)
        known = self.known(actor)
        found = self.store.evidence.find(known, wanted, order=order, before=before, limit=limit)
        self._looked([one.evidence_id for one in found[0]], actor)
        return found

    def shown(self, evidence_id: str, *, actor: str) -> Shown:
        """Return one capture with its texts.

        Raises:
            NotFoundError: For this reader there is none of that id.
        """
        kept = self.store.evidence.get(self.known(actor), evidence_id)
        labels = self._looked([evidence_id], actor)
        parts = self.store.evidence.parts([evidence_id])[evidence_id]
        texts = [part for part in parts if part.kind == "text"]
        return Shown(
            kept=kept,
            kind=KINDS[kept.kind],
            state=self._vault().state(kept.sha256, kept.sealed_sha256),
            label=all_joined(labels.values()).text(self.home.settings.ladder),
            text=texts[-1] if texts else None,
            readings=len(texts),
            translations=tuple(part for part in reversed(parts) if part.kind == "translation"),
            campaign=self._campaign(kept, actor),
        )

    def marking(self, ids: "Sequence[str]") -> str:
        """Return in words the label of what shows these captures; empty for none."""
        from legation.app.marking import kept_label

        label = kept_label(self.store, ids)
        return label.text(self.home.settings.ladder) if ids else ""

    def prepare(self, raw: bytes, *, post: bool = False) -> taking.Prepared:
        """Look at a file, or a post of the lake, without touching the store."""
        return taking.prepare(raw, most_mb=self.home.settings.evidence_mb, post=post)

    def names(self) -> Names:
        """Open the known names, for masking that touches no store."""
        return Names(self.home, self.store, self.keys())

    def take(
        self,
        prepared: taking.Prepared,
        given: taking.Given,
        *,
        actor: str,
        masked: taking.Masked | None = None,
    ) -> Kept:
        """Keep a file; on return it is on the disk.

        Args:
            prepared: The file.
            given: What is said of it.
            actor: Who captures it.
            masked: What `taking.mask` made of it; None: that is done here.
        """
        return taking.record(
            self.home, self.store, self.keys(), prepared, given, actor=actor, masked=masked
        )

    def keep_post(self, campaign_id: str, account_id: str, post_id: str, *, actor: str) -> Kept:
        """Keep a post of a campaign; one that is kept already is not kept again.

        Raises:
            NotFoundError: It is not among the campaign's evidence.
        """
        found = self.to_keep(campaign_id, account_id, post_id, actor=actor)
        if isinstance(found, Kept):
            return found
        raw, given = found
        prepared = self.prepare(raw, post=True)
        masked = taking.mask(self.names(), prepared.told, given)
        return self.take_post(prepared, given, masked, actor=actor)

    def to_keep(
        self, campaign_id: str, account_id: str, post_id: str, *, actor: str
    ) -> Kept | tuple[bytes, taking.Given]:
        """Return the capture of a post, or its bytes and what is said of it; see `keep_post`."""
        from legation.store.posts_kept import post_of

        given = taking.Given(
            title=f"Post {post_id}",
            source=taking.source_of_post(account_id, post_id),
            method="post",
            campaign=campaign_id,
            account=account_id,
        )
        kept = self._kept_post(given, actor)
        if kept is not None:
            return kept
        library = self.library_of(actor)
        post = post_of(self.store.lake, library.proofs(campaign_id), account_id, post_id)
        return taking.canonical_post(post), given

    def take_post(
        self, prepared: taking.Prepared, given: taking.Given, masked: taking.Masked, *, actor: str
    ) -> Kept:
        """Keep a post, once names are masked in it, unless another request did; see `keep_post`."""
        with self.store.transaction():
            kept = self._kept_post(given, actor)
            return kept or self.take(prepared, given, actor=actor, masked=masked)

    def kept_posts(
        self, posts: "Sequence[tuple[str, str]]", reader: "Reader"
    ) -> dict[tuple[str, str], KeptPost]:
        """Return which of these posts (account, post) are kept, with their translations."""
        named = {taking.source_of_post(*post): post for post in posts}
        known = self.store.objects.as_read_by(reader.clearance)
        found = self.store.evidence.with_parts(known, named)
        return {
            named[source]: KeptPost(
                evidence_id=parts[0].evidence_id, sha256=sha256, translations=latest(parts)
            )
            for source, (sha256, parts) in found.items()
        }

    def read_again(self, evidence_id: str, stated: str, *, actor: str) -> Part:
        """Read a file again in an encoding that a person states; the first reading stays.

        Raises:
            BadInputError: The letters do not fit.
            UsageError: Nobody knows that encoding.
        """
        raw, kind = self.to_read_again(evidence_id, stated, actor=actor)
        told = read_words(raw, kind, stated=stated)
        refuse_misread(told, stated)
        masked = taking.mask(self.names(), told)
        return self.add_reading(evidence_id, masked, actor=actor)

    def to_read_again(self, evidence_id: str, stated: str, *, actor: str) -> tuple[bytes, str]:
        """Return the bytes and kind of a file for another reading, which takes its time.

        Raises:
            UsageError: Nobody knows that encoding.
        """
        from legation.formats.documents.letters import STATED

        if stated not in STATED:
            raise UsageError(
                f"no encoding {stated!r:.40}", hint=f"choose from: {', '.join(STATED)}"
            )
        kept = self.store.evidence.get(self.known(actor), evidence_id)
        return self._vault(keys=True).open(kept.sha256), kept.kind

    def add_reading(self, evidence_id: str, masked: taking.Masked, *, actor: str) -> Part:
        """Add what a stated encoding made of a file, once names are masked; see `read_again`."""
        facts = facts_of(masked.told, masked.likeliest, masked.confidence)
        body = masked.told.text.encode()
        told = facts | {"stated_by": actor}
        draft = Draft(kind="text", body=body, author=actor, lang=masked.lang, facts=told)
        return self.store.evidence.add_part(evidence_id, draft, verb=READ_AGAIN)

    def translate(
        self, evidence_id: str, *, lang: str, text: str, machine: str, actor: str
    ) -> Part:
        """Add a translation with its author; earlier ones stay beside it.

        Args:
            evidence_id: Of the capture.
            lang: Language of the translation, as a tag (RFC 5646).
            text: The translation.
            machine: Name and version of the program that translated; empty for one's own words.
            actor: Who translated, or who stands for what the machine gave.

        Raises:
            UsageError: The language or text is missing.
        """
        given = Translation(
            lang=lang.strip().lower(), text=text.replace("\r\n", "\n"), machine=machine
        )
        names = self.to_translate(evidence_id, given, actor=actor)
        return self.add_translation(evidence_id, given, names.mask(given.text), actor=actor)

    def to_translate(self, evidence_id: str, given: Translation, *, actor: str) -> Names:
        """Return what masks a translation, which takes its time; see `translate`."""
        self.shown(evidence_id, actor=actor)
        lang, text = given.lang, given.text
        if not lang.replace("-", "").isalnum() or not lang.isascii() or len(lang) > _LONGEST_LANG:
            raise UsageError(f"{lang!r:.40} is no language", hint="give its code, such as fr or ar")
        if not text.strip() or len(text) > _MOST_TEXT:
            raise UsageError("there is no text, or more than a million letters", hint="shorten it")
        if len(given.machine) > _LONGEST_MACHINE:
            raise UsageError("the name of the machine is too long", hint="give name and version")
        return self.names()

    def add_translation(
        self, evidence_id: str, given: Translation, masked: str, *, actor: str
    ) -> Part:
        """Add a translation, once names are masked in its text; see `translate`."""
        shown = self.shown(evidence_id, actor=actor)
        of = shown.text.sha256 if shown.text else ""
        draft = Draft(
            kind="translation",
            body=masked.encode("utf-8", "replace"),
            author=actor,
            lang=given.lang,
            machine=" ".join(given.machine.split()),
            facts={"of": of, "from": shown.text.lang if shown.text else ""},
        )
        return self.store.evidence.add_part(evidence_id, draft, verb=TRANSLATE)

    def original(self, evidence_id: str, look: "Look") -> tuple[Kept, bytes]:
        """Open the file itself for a stated purpose; the look is in the trail before.

        Raises:
            NotFoundError: For this reader there is none of that id.
            DeniedError: The policies forbid it, or the last day is over.
            VerificationError: The file is gone or damaged.
        """
        kept = self.store.evidence.get(self.known(look.actor), evidence_id)
        self.require(OPEN, [kept], actor=look.actor)
        if look.at.astimezone(UTC).date() > kept.until:
            raise DeniedError(f"the file was kept until {kept.until}", hint="nobody may open it")
        vault = self._vault(keys=True)
        self.note(OPEN, kept, reasons_of(look), actor=look.actor)
        return kept, vault.open(kept.sha256)

    def about(self, kept: Kept) -> dict[str, str]:
        """Return the file's name and address in clear; only for who has stated a purpose."""
        parts = self.store.evidence.parts([kept.evidence_id])[kept.evidence_id]
        sealed = next((part for part in parts if part.kind == "about"), None)
        if sealed is None:
            raise ConflictError("its term is over, and its texts are deleted", hint="choose others")
        raw = self._vault(keys=True).unseal(sealed.body, kept.evidence_id.encode())
        return msgspec.json.decode(raw, type=dict[str, str])

    def texts(self, *, actor: str, after: int = 0) -> "Iterator[tuple[Kept, Part]]":
        """Yield every text and translation that somebody may know, with its language."""
        return self.store.evidence.texts(self.known(actor), after=after)

    def require(self, verb: Any, kept: "Sequence[Kept]", *, actor: str) -> None:
        """Refuse an act with these captures that the policies do not permit."""
        labels = self.store.labels.in_force([one.evidence_id for one in kept])
        self.home.policies().require(self.home.reader(self.store, actor), verb, labels.values())

    def require_proof(self, kept: "Sequence[Kept]", guest: "Guest") -> None:
        """Refuse to let captures above AMBER leave when no passkey was shown just now.

        Raises:
            StepUpError: None was shown.
        """
        from legation.app.libraries import reader_of
        from legation.app.marking import kept_label, refuse_unproven

        label = kept_label(self.store, [one.evidence_id for one in kept])
        reader = reader_of(self.home, self.store, guest)
        refuse_unproven(reader, label, own=self.home.marking)

    def note(self, verb: str, kept: Kept, detail: dict[str, Any], *, actor: str) -> None:
        """Write an act into the trail."""
        from legation.store.audit import Event

        self.store.audit.append(
            Event(
                at=self.home.now(),
                actor=actor,
                verb=verb,
                subject=kept.evidence_id,
                detail={"sha256": kept.sha256, **detail},
            )
        )

    def keys(self) -> "Protection":
        """Return what opens the home's keys.

        Raises:
            DeniedError: Nobody gave it.
        """
        if self._protection is None:
            raise DeniedError(
                "the keys are protected, and this desk was not given their passphrase",
                hint="open it with: legation desk --passphrase-file FILE",
            )
        return self._protection

    def _looked(self, ids: "list[str]", actor: str) -> "dict[str, Label]":
        from legation.app.looks import Looks

        return Looks(self.store, self.home.now, actor).read(READ, ids)

    def _kept_post(self, given: taking.Given, actor: str) -> Kept | None:
        """Return the capture of a post that holds its text still, if there is one."""
        object_id = self.library_of(actor).object_id(given.campaign)
        evidence, source = self.store.evidence, given.source
        known = evidence.of_sources(self.known(actor), [source], belongs_to=object_id)
        whole = known and evidence.parts([known[source].evidence_id]).popitem()[1]
        return known[source] if whole else None

    def _campaign(self, kept: Kept, actor: str) -> str:
        if not kept.belongs_to.startswith("campaign--"):
            return ""
        latest_run = self.library_of(actor).latest()
        objects = latest_run.objects if latest_run else {}
        return next((name for name, each in objects.items() if each == kept.belongs_to), "")

    def _vault(self, *, keys: bool = False) -> Vault:
        key = self.home.keys(self.keys()).sealing_key() if keys else None
        return Vault(self.home.folder / "evidence", key)
