"""`legation statement postings`: where statements stand, and who posted them with other words."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent, PassphraseFile
from legation.cli.statement_words import shown
from legation.cli.statements import AnchorGiven, Register, TrustFile, asked_of
from legation.cli.words import answer, answer_json, counted, table, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from legation.app.statements.postings import Posting
    from legation.text.alignment import Difference
    from legation.threats.impersonation.altered_copies import AlteredCopy


def postings(
    *,
    register: Register,
    anchor: AnchorGiven = "",
    trust: TrustFile = None,
    number: Annotated[str, Parameter(help="Only of the statement with this number.")] = "",
    home: HomeFolder = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
    fail_on_altered: Annotated[
        bool, Parameter("--fail-on-altered", help="End with 1 when somebody posted other words.")
    ] = False,
    doors: Lent,
) -> int:
    """List where a register's statements were posted, among the posts that were imported.

    Official accounts and domains are those of the missions register. What others post with changed
    words is listed under pseudonyms; quotations, excerpts and satire are not.
    """
    from legation.app.statements.postings import issued, postings_in

    place = doors.home(home)
    place.require()
    protection = doors.protection(place, passphrase_file)
    held = asked_of(register, anchor, trust, doors.now()).register.held
    rows = issued(held.every())
    with place.store() as store:
        found = postings_in(place, store, rows, protection).of(number)
    if as_json:
        answer_json(found)
    else:
        answer(_listed(found.postings) if found.postings else "No official place has any of them.")
        for one in found.reworded:
            answer(f"{shown(one.place)} posted other words than were issued ({_day(one.time)}):")
            _say(one.number, one.differences)
        for copy in found.copies:
            _say_copy(copy)
    tell(f"{counted(found.posts, 'post')} compared with {counted(len(rows), 'text')}")
    return 1 if fail_on_altered and (found.reworded or found.copies) else 0


def _listed(found: "Sequence[Posting]") -> str:
    return table(
        ("number", "language", "posted", "as", "where", "whose"),
        [
            (
                one.number,
                one.language,
                _day(one.time),
                one.how,
                shown(one.place),
                shown(f"{one.state} {one.office}"),
            )
            for one in found
        ],
    )


def _say_copy(copy: "AlteredCopy") -> None:
    first, accounts = copy.copies[0], {one.account_id for one in copy.copies}
    answer(
        f"Others posted {copy.number} ({copy.language}) with other words, {copy.grade}:"
        f" {counted(len(copy.copies), 'post')} of {counted(len(accounts), 'account')},"
        f" first {first.account_id}, {_day(first.time)}:"
    )
    _say(copy.number, copy.differences)


def _say(number: str, differences: "Sequence[Difference]") -> None:
    for one in differences:
        issued, posted = shown(one.registered) or "nothing", shown(one.pasted) or "nothing"
        answer(f"  {number}, word {one.at + 1}: issued [- {issued} -], posted [+ {posted} +]")


def _day(time: int) -> str:
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M}Z"
