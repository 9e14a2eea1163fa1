"""The register of STIX objects: every version ever taken in, each with when it was.

An object is put as bytes and given back as the same bytes. Nothing is changed or deleted;
`as_of` asks what the store believed at an instant, `in_force` which version was valid by
its own `modified`. Lists come in pages by number, so that nothing is missed or repeated
while others write. What is read for a person is read through `as_read_by`.
"""

from collections.abc import Iterable

from sqlalchemy import select

from legation.store.cards import read_card
from legation.store.knowing import Cleared
from legation.store.objects_verify import verify_objects
from legation.store.readable import KnownObjects, Readable
from legation.store.search import Text, index_all_notes
from legation.store.tables import object_heads as heads
from legation.store.tables import object_versions as versions
from legation.store.writing import Filing, Receipt


class Objects(Readable):
    """Append-only versions of STIX objects, unfiltered: for the house's own use."""

    def as_read_by(self, reader: Cleared) -> KnownObjects:
        """Return the objects that a reader may know, as if there were no others."""
        return KnownObjects(self._database, reader)

    def put(self, raw: bytes) -> Receipt:
        """Take in one object; see `put_many`."""
        return self.put_many([raw])[0]

    def put_many(self, raws: Iterable[bytes]) -> list[Receipt]:
        """Take in objects in their order, all or none.

        What is stored already is known again and not written twice. An older version
        that arrives late is kept as history.

        Raises:
            BadInputError: The bytes are not one STIX object each.
            ConflictError: A version is stored with other content, has another creator,
                follows a revocation, or is modified in the future.
        """
        cards = [read_card(raw) for raw in raws]
        with self._database.write() as connection:
            ids = {card.object_id for card in cards}
            return Filing(connection, ids, self._database.now()).file(cards)

    def index_again(self) -> None:
        """Draw the texts of notes anew, for those who search."""
        newest = select(versions.c.raw).join_from(heads, versions, versions.c.seq == heads.c.seq)
        notes = newest.where(heads.c.object_type == "note", heads.c.revoked.is_(False))
        with self._database.write() as connection:
            cards = [read_card(row.raw) for row in connection.execute(notes)]
            said = [
                Text(object_id=card.object_id, kind=kind, text=card.said, place=place)
                for card in cards
                for kind, place in [card.text_kind()]
                if card.said
            ]
            index_all_notes(connection, said)

    def verify(self) -> int:
        """Check every version against its hash, and what is filed beside it against its bytes.

        Returns:
            The number of versions.

        Raises:
            VerificationError: Something is not what was taken in; the first one is named.
        """
        with self._database.read() as connection:
            return verify_objects(connection)
