"""People of a desk, and their ways in: passkeys, enrolment links, recovery codes.

What opens the door stands here as a hash or as a public key, never itself. A link and a
code count once: whoever uses one marks it in the same statement that asks whether it was
used, so of two at the same time one is refused.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Label, Row, delete, func, insert, select, update

from legation.errors import ConflictError, NotFoundError
from legation.store.database import Database
from legation.store.numbering import next_number
from legation.store.tables import enrolment_links as links
from legation.store.tables import passkeys, people
from legation.store.tables import recovery_codes as codes
from legation.store.values import microseconds, moment, plain


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may enter.

    Attributes:
        person_id: As the audit trail names them.
        roles: Names of roles.
        kit: When the recovery kit was confirmed; None until then.
        disabled: When the door was closed to them; None while it is open.
        passkeys: How many passkeys they have.
    """

    person_id: str
    name: str
    roles: tuple[str, ...]
    created: datetime
    kit: datetime | None
    disabled: datetime | None
    passkeys: int


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """A passkey's public half; `uses` is the counter of its authenticator."""

    credential_id: str
    person_id: str
    public_key: bytes
    uses: int
    name: str = ""


class RecoveryCode(msgspec.Struct, frozen=True, kw_only=True):
    """A recovery code that was not used; `selector` finds it, `hash` proves it."""

    selector: str
    person_id: str
    hash: str


class People:
    """All people, those who were disabled too."""

    def __init__(self, database: Database) -> None:
        """Work on this database."""
        self._database = database

    def add(self, person_id: str, name: str, roles: tuple[str, ...]) -> Person:
        """Add somebody.

        Raises:
            ConflictError: Somebody has that name.
        """
        name = plain(name)
        with self._database.write() as connection:
            known = connection.execute(select(people).where(people.c.name == name)).first()
            if known is not None:
                raise ConflictError(
                    f"there is somebody named {name:.80} already",
                    hint="add to the name what tells the two apart",
                )
            row = {
                "person_id": person_id,
                "seq": next_number(connection, people),
                "name": name,
                "roles": ",".join(roles),
                "created_us": self._now(),
            }
            connection.execute(insert(people), row)
            return self.get(person_id)

    def get(self, name_or_id: str) -> Person:
        """Return somebody by id or name.

        Raises:
            NotFoundError: There is nobody of that name.
        """
        by = (people.c.person_id == name_or_id) | (people.c.name == name_or_id)
        found = self._find(by)
        if not found:
            raise NotFoundError(
                f"nobody is named {name_or_id:.80}", hint="run: legation admin list"
            )
        return found[0]

    def by_id(self, person_id: str) -> Person:
        """Return somebody by id alone: a name must not stand for whoever acts.

        Raises:
            NotFoundError: There is nobody of that id.
        """
        found = self._find(people.c.person_id == person_id)
        if not found:
            raise NotFoundError("nobody has that id", hint="run: legation admin list")
        return found[0]

    def every(self) -> list[Person]:
        """Return all people, in the order in which they were added."""
        return self._find(None)

    def count(self) -> int:
        """Return how many people were ever added."""
        with self._database.read() as connection:
            count = select(func.count()).select_from(people)
            return int(connection.execute(count).scalar_one())

    def disable(self, person_id: str) -> None:
        """Close the door to somebody; the first time counts."""
        enabled = (people.c.person_id == person_id) & people.c.disabled_us.is_(None)
        with self._database.write() as connection:
            connection.execute(update(people).where(enabled).values(disabled_us=self._now()))

    def set_roles(self, person_id: str, roles: tuple[str, ...]) -> None:
        """Give somebody other roles."""
        with self._database.write() as connection:
            connection.execute(
                update(people).where(people.c.person_id == person_id).values(roles=",".join(roles))
            )

    def put_link(self, link_sha256: str, person_id: str, until: datetime) -> None:
        """Keep an enrolment link; earlier ones of that person hold no longer."""
        row = {
            "link_sha256": link_sha256,
            "person_id": person_id,
            "until_us": microseconds(until),
        }
        with self._database.write() as connection:
            connection.execute(delete(links).where(links.c.person_id == person_id))
            connection.execute(insert(links), row)

    def person_of_link(self, link_sha256: str) -> Person:
        """Return whose link it is, as long as it holds.

        Raises:
            NotFoundError: It is not known, was used, or its time is over.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(links.c.person_id).where(*self._holds(link_sha256))
            ).one_or_none()
        if row is None:
            raise _no_link()
        return self.get(row.person_id)

    def use_link(self, link_sha256: str) -> None:
        """Mark a link as used.

        Raises:
            NotFoundError: It does not hold.
        """
        used = update(links).where(*self._holds(link_sha256)).values(used_us=self._now())
        with self._database.write() as connection:
            if connection.execute(used).rowcount != 1:
                raise _no_link()

    def put_passkey(self, passkey: Passkey) -> None:
        """Give somebody a passkey in place of all that let them in before.

        Raises:
            ConflictError: The passkey is known already.
        """
        person_id = passkey.person_id
        with self._database.write() as connection:
            refuse_known(connection, passkey.credential_id)
            connection.execute(delete(passkeys).where(passkeys.c.person_id == person_id))
            connection.execute(delete(codes).where(codes.c.person_id == person_id))
            connection.execute(
                update(people).where(people.c.person_id == person_id).values(kit_us=None)
            )
            row = msgspec.structs.asdict(passkey) | {"created_us": self._now()}
            connection.execute(insert(passkeys), row)

    def passkey(self, credential_id: str) -> Passkey:
        """Return a passkey.

        Raises:
            NotFoundError: It is not known.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(passkeys).where(passkeys.c.credential_id == credential_id)
            ).one_or_none()
        if row is None:
            raise NotFoundError(
                "this desk does not know that passkey",
                hint="choose another one, or use a recovery code",
            )
        return Passkey(
            credential_id=row.credential_id,
            person_id=row.person_id,
            public_key=row.public_key,
            uses=row.uses,
            name=row.name or "",
        )

    def note_use(self, credential_id: str, uses: int) -> None:
        """Note that a passkey was used, and where its counter stands."""
        used = {"uses": uses, "used_us": self._now()}
        with self._database.write() as connection:
            connection.execute(
                update(passkeys).where(passkeys.c.credential_id == credential_id).values(used)
            )

    def put_kit(self, person_id: str, kit: list[RecoveryCode]) -> None:
        """Offer somebody a recovery kit: a confirmed one before it holds until this one is."""
        with self._database.write() as connection:
            waiting = (codes.c.person_id == person_id) & codes.c.offered_us.is_not(None)
            connection.execute(delete(codes).where(waiting))
            offered = {"offered_us": self._now()}
            connection.execute(
                insert(codes), [msgspec.structs.asdict(code) | offered for code in kit]
            )

    def confirm_kit(self, person_id: str) -> None:
        """Note that somebody has the kit that was offered; the one before holds no longer."""
        theirs = codes.c.person_id == person_id
        with self._database.write() as connection:
            connection.execute(delete(codes).where(theirs, codes.c.offered_us.is_(None)))
            connection.execute(update(codes).where(theirs).values(offered_us=None))
            connection.execute(
                update(people).where(people.c.person_id == person_id).values(kit_us=self._now())
            )

    def recovery_code(self, selector: str, *, offered: bool = False) -> RecoveryCode | None:
        """Return a code that was not used, of the kit in force or of an offered one; or None."""
        state = codes.c.offered_us.is_not(None) if offered else codes.c.offered_us.is_(None)
        unused = (codes.c.selector == selector) & codes.c.used_us.is_(None) & state
        with self._database.read() as connection:
            row = connection.execute(select(codes).where(unused)).one_or_none()
        if row is None:
            return None
        return RecoveryCode(selector=row.selector, person_id=row.person_id, hash=row.hash)

    def is_selector(self, selector: str) -> bool:
        """Tell whether a code of any kit begins so."""
        with self._database.read() as connection:
            known = select(codes.c.selector).where(codes.c.selector == selector)
            return connection.execute(known).first() is not None

    def use_code(self, selector: str) -> None:
        """Mark a code as used.

        Raises:
            NotFoundError: It was used before.
        """
        unused = (codes.c.selector == selector) & codes.c.used_us.is_(None)
        with self._database.write() as connection:
            used = connection.execute(update(codes).where(unused).values(used_us=self._now()))
            if used.rowcount != 1:
                raise NotFoundError("this recovery code was used", hint="try the next one")

    def _find(self, which: Any) -> list[Person]:
        statement = select(people, number_of_passkeys()).order_by(people.c.seq)
        if which is not None:
            statement = statement.where(which)
        with self._database.read() as connection:
            return [read_person(row) for row in connection.execute(statement)]

    def _holds(self, link_sha256: str) -> tuple[Any, ...]:
        return (
            links.c.link_sha256 == link_sha256,
            links.c.used_us.is_(None),
            links.c.until_us > self._now(),
        )

    def _now(self) -> int:
        return microseconds(self._database.now())


def refuse_known(connection: Connection, credential_id: str) -> None:
    """Refuse a passkey that somebody has already.

    Raises:
        ConflictError: It is known.
    """
    taken = select(passkeys.c.person_id).where(passkeys.c.credential_id == credential_id)
    if connection.execute(taken).first() is not None:
        raise ConflictError("this passkey is known already", hint="make a new one for this desk")


def number_of_passkeys() -> Label[int]:
    """Return the column that counts a person's passkeys."""
    theirs = passkeys.c.person_id == people.c.person_id
    counted = select(func.count()).select_from(passkeys).where(theirs)
    return counted.correlate(people).scalar_subquery().label("passkeys")


def read_person(row: Row[Any]) -> Person:
    """Return the person of a row that has all columns of theirs."""
    return Person(
        person_id=row.person_id,
        name=row.name,
        roles=tuple(row.roles.split(",")) if row.roles else (),
        created=moment(row.created_us),
        kit=None if row.kit_us is None else moment(row.kit_us),
        disabled=None if row.disabled_us is None else moment(row.disabled_us),
        passkeys=row.passkeys,
    )


def _no_link() -> NotFoundError:
    return NotFoundError(
        "this link does not hold: it was used, replaced, or its 15 minutes are over",
        hint="ask for a new one; on the desk's machine: legation admin recover NAME",
    )
