"""What is signed is what was approved: whatever is done to the draft meanwhile, by whomever."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text

from legation.app.statements.desk import StatementDesk
from legation.app.statements.signing import Signing
from legation.crypto.key_files import Passphrase
from legation.errors import ConflictError, LegationError
from legation.safeguards.statements.books import Begun, Books
from worlds.statement_desk import (
    FIELDS,
    PASSPHRASE,
    StatementDeskWorld,
    statement_desk,
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StatementDeskWorld]:
    with statement_desk(tmp_path_factory.mktemp("signing")) as made:
        yield made


def approved(desk: StatementDeskWorld, office: str) -> int:
    draft = desk.draft(office=office)
    desk.approve("Lea", draft)
    return draft


def room(desk: StatementDeskWorld, name: str) -> StatementDesk:
    desk.get(name, "/statements")  # lets them in
    scope = desk.home.library(desk.store, desk.ids[name]).scope()
    return StatementDesk(scope, desk.shelf)


def signed(signing: Signing, draft: int, seen: int) -> None:
    signing.done(signing.begin(draft, seen=seen), Passphrase(PASSPHRASE))


def at_once(*acts: Callable[[], object]) -> list[LegationError]:
    """Do acts in threads that begin together; return what was refused."""
    gate, faults = threading.Barrier(len(acts)), list[LegationError]()

    def tried(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except LegationError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=tried, args=(one,)) for one in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return faults


def offices(desk: StatementDeskWorld) -> list[str]:
    return [one.said.office for one in desk.shelf.public()]


def test_nobody_changes_what_is_being_signed(desk: StatementDeskWorld) -> None:
    draft = approved(desk, "Office of the pen")
    signing = Signing(room(desk, "Pia"))
    begun = signing.begin(draft, seen=int(desk.seen(draft)))
    changed = {**FIELDS, "office": "Office of the slip", "seen": desk.seen(draft)}
    refused = desk.post("Pol", f"/draft/{draft}/change", 200, **changed).text
    assert "does not stand so any more" in refused
    for name, act in (("Lea", "refuse"), ("Pia", "withdraw")):
        assert "does not stand so any more" in desk.act(name, draft, act, 200, words="no")
    signing.done(begun, Passphrase(PASSPHRASE))
    assert desk.state(draft) == "published"
    assert "Office of the pen" in offices(desk)
    assert "Office of the slip" not in offices(desk)


def test_a_change_after_the_approval_leaves_nothing_to_sign(desk: StatementDeskWorld) -> None:
    draft = approved(desk, "Office of the morning")
    seen, size = int(desk.seen(draft)), desk.shelf.house.size()
    changed = {**FIELDS, "office": "Office of the evening", "seen": str(seen)}
    desk.post("Pia", f"/draft/{draft}/change", **changed)
    for last in (seen, int(desk.seen(draft))):
        with pytest.raises(ConflictError):
            Signing(room(desk, "Pia")).begin(draft, seen=last)
    assert (desk.state(draft), desk.shelf.house.size()) == ("waiting", size)


def test_who_broke_the_signing_off_is_not_overtaken(desk: StatementDeskWorld) -> None:
    draft = approved(desk, "Office of second thoughts")
    signing, size = Signing(room(desk, "Pia")), desk.shelf.house.size()
    begun = signing.begin(draft, seen=int(desk.seen(draft)))
    desk.act("Lea", draft, "send-back", words="wait for the minister")
    assert desk.state(draft) == "sent back"
    with pytest.raises(ConflictError, match="broken off"):
        signing.done(begun, Passphrase(PASSPHRASE))
    assert (desk.state(draft), desk.shelf.house.size()) == ("sent back", size)
    kinds = [one.kind for one in desk.store.statements.entries(draft)]
    assert kinds == ["drafted", "approved", "signing", "not signed", "sent back"]


def test_changes_and_signings_at_once_sign_the_approved_words_or_nothing(
    desk: StatementDeskWorld,
) -> None:
    writer, signer = room(desk, "Pol"), room(desk, "Pia")
    for turn in range(6):
        draft = approved(desk, f"Office of turn {turn}")
        seen = int(desk.seen(draft))
        wording = writer.get(draft)[1].wording
        other = msgspec.structs.replace(
            wording, draft=msgspec.structs.replace(wording.draft, office=f"Slip of turn {turn}")
        )
        acts = (
            partial(writer.change, draft, other, seen=seen),
            partial(signed, Signing(signer), draft, seen),
        )
        faults = at_once(*acts)
        assert len(faults) == 1
        issued = desk.state(draft) == "published"
        assert (f"Office of turn {turn}" in offices(desk)) == issued
        assert f"Slip of turn {turn}" not in offices(desk)


def test_two_desks_on_one_register_give_each_draft_its_own_statement(tmp_path: Path) -> None:
    with (
        statement_desk(tmp_path / "one") as first,
        statement_desk(tmp_path / "two", register=False) as second,
    ):
        (second.home.folder / "register").symlink_to(first.home.folder / "register")
        numbers = []
        for each in (first, second):
            draft = approved(each, "Office of both")
            assert draft == 1
            each.publish("Pia", draft)
            numbers.append(each.number(draft))
        assert len({*numbers}) == 2


def test_a_draft_that_was_issued_with_other_words_is_told(tmp_path: Path) -> None:
    """As after a store that was restored from a day before the draft was signed."""
    with statement_desk(tmp_path) as desk:
        draft = approved(desk, "Office of yesterday")
        signing = Signing(room(desk, "Pia"))
        signing.sign(signing.begin(draft, seen=int(desk.seen(draft))), Passphrase(PASSPHRASE))
        key = desk.store.statements.get(draft).key
        with desk.store._database.write() as connection:
            connection.execute(text("UPDATE statement_drafts SET order_key = '' WHERE draft = 1"))
        other = approved(desk, "Office of today")
        with desk.store._database.write() as connection:
            asked = text("UPDATE statement_drafts SET order_key = :key WHERE draft = :draft")
            connection.execute(asked, {"key": key, "draft": other})
        assert "issued with other words" in desk.publish("Pia", other, 200)
        assert (desk.state(other), desk.shelf.house.size()) == ("approved", 1)


def test_what_has_a_number_in_the_books_is_not_called_back(desk: StatementDeskWorld) -> None:
    """As after a crash between the number that is kept and the signature."""
    draft = approved(desk, "Office of the number")
    begun = Signing(room(desk, "Pia")).begin(draft, seen=int(desk.seen(draft)))
    kept = Begun(
        name=begun.order.name,
        draft=begun.order.draft.sha256,
        issuer=begun.order.draft.issuer,
        number=f"{desk.clock().year}-0900",
        issued=desk.clock(),
    )
    books = Books(desk.shelf.private)
    assert not books.knows(begun.order)
    books.begin(kept)
    assert books.knows(begun.order)
    assert "cannot be called back" in desk.act("Lea", draft, "send-back", 200, words="stop")
    desk.publish("Pia", draft)
    assert (desk.state(draft), desk.number(draft)) == ("published", kept.number)
