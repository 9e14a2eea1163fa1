"""HEAD over the line: it is answered like GET, and nothing of it counts as fetched."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from legation.stix.received import received
from legation.store.exchange.collections import Posting
from legation.store.values import moment
from worlds.sharing_process import Visitor, campaign
from worlds.taxii_desk import TaxiiDesk, objects_of, taxii_desk


def fetched(desk: TaxiiDesk, added: Sequence[int]) -> int:
    desk.server.end()
    return len(desk.store.receipts.of([moment(one) for one in added]))


def test_who_asks_for_headers_alone_has_fetched_nothing(tmp_path: Path) -> None:
    with taxii_desk(tmp_path) as desk:
        partner = desk.roster.add("Aldria")
        token = desk.roster.let_in("Aldria")
        raw = campaign(1)
        items = ((received(msgspec.json.decode(raw)), raw),)
        posting = Posting(number=partner.outbox, partner_id="", items=items)
        added = [one.added_us for one in desk.store.collections.post(posting, desk.clock())]
        reached = desk.store.collections.granted(partner.partner_id)
        outbox = next(one for one in reached if one.number == partner.outbox)
        desk.serve()
        line, path = Visitor(desk.port, token), objects_of(outbox.collection_id)
        head = line.ask(path, "HEAD")
        assert (head.status, head.body) == (200, b"")
        assert fetched(desk, added) == 0
        got = line.ask(path)
        assert head.headers["content-length"] == str(len(got.body))
        assert fetched(desk, added) == 1
        line.close()
