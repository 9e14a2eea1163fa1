"""The roster of partners, as people of the house change it; each change stands in the trail.

A token is shown once and kept as a hash. The trail names a partner by its random id: whoever
audits sees that something was done, and learns who the partners are only where that is shown.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, final
from uuid import UUID, uuid4

from legation.errors import BadInputError, ConflictError, UsageError
from legation.safeguards.sharing.taxii.server import ROOT
from legation.store.audit import Event
from legation.store.exchange.access import Collection
from legation.store.exchange.partners import KEY_KINDS, KeyKind, Partner, PartnerKey
from legation.text.confusables import skeleton

if TYPE_CHECKING:
    from legation.store.opening import Store

TOKEN_FRONT: Final = "lgp_"  # noqa: S105 - the front of every token, and no secret
AGAIN: Final = "take it up again, with a new id: legation partner add NAME"
_TOKEN_BYTES: Final = 32
_LONGEST_NAME: Final = 120
_PARTY: Final = re.compile(r"[A-Za-z0-9]{1,12}")
_FINGERPRINT: Final = 64
_FULL: Final = 100


@final
class Roster:
    """Partners, their keys, and what they reach."""

    def __init__(
        self,
        store: "Store",
        now: Callable[[], datetime],
        actor: str,
        maker: Callable[[], UUID] = uuid4,
    ) -> None:
        """Act for somebody on an open store."""
        self._store, self._now, self._actor, self._maker = store, now, actor, maker

    def add(self, name: str, *, party: str = "") -> Partner:
        """Take up a partner, with a collection for what it sends and one for what it is sent.

        The name of a partner that ended is free again: the new one has a new id, and nothing of it.

        Raises:
            UsageError: The name is empty or too long, or the code is none.
            ConflictError: Another partner that did not end has it, or one that looks like it.
        """
        called = " ".join(name.split())
        if not called or len(called) > _LONGEST_NAME:
            raise UsageError("a partner has a name", hint=f"give up to {_LONGEST_NAME} characters")
        if party and _PARTY.fullmatch(party) is None:
            raise UsageError(
                f"{party!r:.40} is no code of a party",
                hint="give up to 12 letters and digits, such as FR or EU",
            )
        self._refuse_alike(called)
        with self._store.transaction():
            # The titles are read by the partner alone, and by no other.
            inbox = self._collection("To the desk", "What you send us.")
            outbox = self._collection("From the desk", "What we send you.")
            partner = Partner(
                partner_id=str(self._maker()),
                name=called,
                party=party.upper(),
                inbox=inbox,
                outbox=outbox,
                created=self._now(),
            )
            self._store.partners.add(partner)
            grant = self._store.collections.grant
            grant(partner.partner_id, inbox, reads=True, writes=True)
            grant(partner.partner_id, outbox, reads=True, writes=False)
            self._note("partner.add", partner.partner_id)
        return partner

    def let_in(self, name: str, *, days: int | None = None) -> str:
        """Make a token for a partner, and return it: it is not shown again.

        Args:
            name: The partner.
            days: How long it holds; None: until it is revoked.
        """
        token = TOKEN_FRONT + secrets.token_urlsafe(_TOKEN_BYTES)
        until = None if days is None else self._now() + timedelta(days=days)
        self._add_key(name, hashlib.sha256(token.encode()).hexdigest(), "token", until)
        return token

    def let_in_by(self, name: str, certificate: bytes) -> str:
        """Let a partner come by a client certificate; return the SHA-256 of it.

        Args:
            name: The partner.
            certificate: PEM or DER.

        Raises:
            BadInputError: It is no certificate.
        """
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding

        try:
            pem = b"-----BEGIN" in certificate
            read = x509.load_pem_x509_certificate if pem else x509.load_der_x509_certificate
            found = read(certificate)
        except ValueError as bad:
            raise BadInputError(
                "this is no certificate", place="", hint="give one in PEM or DER"
            ) from bad
        digest = hashlib.sha256(found.public_bytes(Encoding.DER)).hexdigest()
        self._add_key(name, digest, "certificate", found.not_valid_after_utc)
        return digest

    def shut_out(self, name: str, key: str) -> PartnerKey:
        """Revoke a key of a partner by the first digits of its hash.

        Raises:
            UsageError: Not exactly one key begins so.
        """
        partner = self._store.partners.get(name)
        found = [
            one
            for one in self._store.partners.keys(partner.partner_id)
            if one.revoked is None and key and one.key_sha256.startswith(key.lower())
        ]
        if len(found) != 1:
            raise UsageError(
                f"{len(found)} keys that hold begin with {key!r:.70}", hint="see partner show"
            )
        with self._store.transaction():
            self._store.partners.revoke_key(found[0].key_sha256, self._now())
            self._note("partner.shut-out", partner.partner_id, key=found[0].key_sha256[:12])
        return found[0]

    def end(self, name: str) -> Partner:
        """End the sharing with a partner; its keys open nothing from now on.

        Raises:
            UsageError: It has ended already; when it did stays as it is.
        """
        partner = self._store.partners.get(name)
        if partner.ended is not None:
            raise UsageError(
                f"the sharing with {partner.name!r:.70} has ended", hint="nothing is left to end"
            )
        with self._store.transaction():
            self._store.partners.end(partner.partner_id, self._now())
            self._note("partner.end", partner.partner_id)
        return partner

    def give(self, name: str, confidence: int) -> Partner:
        """Say how much we give what a partner says, 0 to 100.

        Raises:
            UsageError: It is no such number.
        """
        if not 0 <= confidence <= _FULL:
            raise UsageError(
                f"{confidence} is no confidence", hint="give 0 to 100 (STIX 2.1, appendix A)"
            )
        partner = self._alive(name)
        with self._store.transaction():
            self._store.partners.give(partner.partner_id, confidence)
            self._note("partner.give", partner.partner_id, confidence=confidence)
        return partner

    def trust(self, name: str, fingerprint: str) -> Partner:
        """Pin the fingerprint of a partner's keys, as it was told by another way.

        Raises:
            UsageError: It is no fingerprint.
        """
        digits = "".join(fingerprint.split()).lower()
        if len(digits) != _FINGERPRINT or not set(digits) <= set("0123456789abcdef"):
            raise UsageError(
                "this is no fingerprint", hint="write its eight groups of eight digits, quoted"
            )
        partner = self._alive(name)
        with self._store.transaction():
            self._store.partners.pin(partner.partner_id, digits)
            self._note("partner.trust", partner.partner_id, fingerprint=digits)
        return partner

    def collection(self, title: str, description: str = "", alias: str = "") -> Collection:
        """Make a collection of its own, which partners reach by grants."""
        with self._store.transaction():
            number = self._collection(title, description, alias)
            found = next(one for one in self._store.collections.every() if one.number == number)
            self._note("collection.add", found.collection_id)
        return found

    def grant(self, name: str, collection: str, *, reads: bool, writes: bool) -> None:
        """Let a partner reach a collection so, or not at all.

        Raises:
            UsageError: It is the own collection of another partner, or the sharing has ended.
        """
        partner = self._alive(name)
        found = self._store.collections.get(collection)
        for one in self._store.partners.every():
            if one.partner_id != partner.partner_id and found.number in (one.inbox, one.outbox):
                raise UsageError(
                    "this is the own collection of another partner",
                    hint="make one for both: legation share collect",
                )
        with self._store.transaction():
            self._store.collections.grant(
                partner.partner_id, found.number, reads=reads, writes=writes
            )
            told = {"collection": found.collection_id, "reads": reads, "writes": writes}
            self._note("partner.grant", partner.partner_id, **told)

    def _alive(self, name: str) -> Partner:
        partner = self._store.partners.get(name)
        if partner.ended is not None:
            raise UsageError(f"the sharing with {partner.name!r:.70} has ended", hint=AGAIN)
        return partner

    def _refuse_alike(self, name: str) -> None:
        """Refuse a name that people would take for that of another partner."""
        for one in self._store.partners.every():
            if one.ended is None and one.name != name and skeleton(one.name) == skeleton(name):
                raise ConflictError(
                    f"{name!r:.70} looks like {one.name!r:.70}, who is a partner",
                    hint="give a name that nobody takes for the other",
                )

    def _collection(self, title: str, description: str, alias: str = "") -> int:
        made = Collection(
            number=0,
            collection_id=str(self._maker()),
            root=ROOT,
            title=title,
            description=description,
            alias=alias,
        )
        return self._store.collections.add(made, self._now())

    def _add_key(self, name: str, digest: str, kind: KeyKind, until: datetime | None) -> None:
        if kind not in KEY_KINDS:
            raise UsageError(f"no kind of key {kind!r:.30}", hint="token or certificate")
        partner = self._alive(name)
        now = self._now()
        key = PartnerKey(
            key_sha256=digest, kind=kind, partner_id=partner.partner_id, created=now, until=until
        )
        with self._store.transaction():
            self._store.partners.add_key(key)
            self._note("partner.let-in", partner.partner_id, kind=kind, key=digest[:12])

    def _note(self, verb: str, subject: str, **detail: Any) -> None:
        self._store.audit.append(
            Event(at=self._now(), actor=self._actor, verb=verb, subject=subject, detail=detail)
        )
