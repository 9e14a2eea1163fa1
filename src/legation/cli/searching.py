"""`legation search`: the words of a question in campaigns, their posts, notes and lists."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.words import answer, answer_json, counted, table, tell
from legation.errors import UsageError

if TYPE_CHECKING:
    from legation.app.searching import Found

_ACTOR = "command line"
_MOST = 1_000
_SHOWN = 100


def search(
    *words: Annotated[str, Parameter(help="Words that must all be held; quoted ones together.")],
    kind: Annotated[
        str,
        Parameter(
            help="Only campaign, post, link, hashtag, account, note, filter, import or person."
        ),
    ] = "",
    limit: Annotated[int, Parameter(help="How many of each kind. [default: 20]")] = 20,
    rebuild: Annotated[
        bool, Parameter(help="Draw the texts anew from the store and the lake.")
    ] = False,
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """Look for words in campaigns, the texts of their posts, notes, imports and people.

    Accents, case and Arabic vowel signs do not matter, and part of a word is enough. Only what
    this machine's reader may know is looked at. Of posts, those of campaigns' members in the
    newest run are searched, at most 5,000 of each campaign.
    """
    from legation.app.indexing import index_again
    from legation.app.searching import search as look
    from legation.rights.roles import VERBS

    place = doors.home(home)
    place.require()
    if not 1 <= limit <= _MOST:
        raise UsageError(f"--limit {limit} is out of range", hint=f"give 1 to {_MOST}")
    with place.store() as store:
        if rebuild:
            tell(f"Drawn anew: {counted(index_again(store), 'text')}.")
        if not words:
            if not rebuild:
                raise UsageError("no word to look for", hint="name one: legation search WORD")
            return 0
        library = place.library(store, _ACTOR)
        found = look(
            library,
            " ".join(f'"{word}"' if " " in word else word for word in words),
            verbs=VERBS,
            person_id=_ACTOR,
            roles=library.scope().reader.roles,
            kind=kind,
            limit=limit,
        )
    if as_json:
        answer_json(found)
        return 0
    rows = [_row(one) for group in found.groups for one in group.found]
    if rows:
        answer(table(("kind", "campaign", "text"), rows))
    told = (f"{number:,} {name}" for name, number in found.totals.items())
    tell(f"Found: {', '.join(told) or 'nothing that holds these words'}.")
    tell("Of posts only those of campaigns are looked through.")
    return 0


def _row(one: "Found") -> tuple[str, str, str]:
    text = " ".join("".join(piece.text for piece in one.pieces).split())
    shown = one.accounts[0] if one.kind == "account" else text
    where = one.campaign_id or one.title
    return one.kind, f"{where} (taken back or corrected)" if one.gone else where, shown[:_SHOWN]
