"""Turns values into pages: one Jinja environment, strict and escaping.

A name that a template misspells is an error, not a blank; every value is escaped. The
filters are the desk's whole vocabulary for values, so that a time or a chance reads the
same on each page.
"""

from collections.abc import Callable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, Final, final
from urllib.parse import urlencode

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined

from legation.app.caveats import BY_ROOM, NO_CAVEAT
from legation.balance.telling import MEANINGS, has_middle, is_unknown, unknown_percent
from legation.desk import framing, narrated, plain, running, saying, telling, tongues, vocabulary
from legation.desk.assets import assets
from legation.desk.compared import compared
from legation.desk.gate import Seen, form_token, mark_of
from legation.desk.network import shown_as, toggled
from legation.safeguards.duty.hours import locally, typed_as
from legation.text.hosts import readable
from legation.threats.disinformation.findings import CAVEAT
from legation.threats.disinformation.unknowns import ALONE, nothing_found

if TYPE_CHECKING:
    from legation.desk.waking import DeskWaking

_FILTERS: dict[str, Callable[..., object]] = {
    "apart": saying.apart,
    "as_json": plain.as_json,
    "called": saying.called,
    "chance": saying.chance,
    "count": saying.count,
    "day": saying.day,
    "decimal": saying.decimal,
    "direction": running.direction,
    "english": saying.english,
    "excerpt": plain.excerpt,
    "isolated": tongues.name_isolated,
    "language": saying.language,
    "layer": saying.layer,
    "lines": running.lines_of,
    "listed": saying.listed,
    "closed": plain.closed,
    "pieces": plain.pieces,
    "locally": locally,
    "machine_time": saying.machine_time,
    "many": saying.many,
    "mixed": tongues.words_isolated,
    "moment": saying.moment,
    "of_many": saying.of_many,
    "opening": lambda text: text[:1].upper() + text[1:],
    "sample": lambda text: plain.excerpt(text, 80).text,
    "plain": lambda text, length=300: plain.excerpt(text, length).text,
    "percent": saying.percent,
    "share": saying.share,
    "span": saying.span,
    "told": saying.told,
    "told_text": saying.told_text,
    "state_called": saying.state_called,
    "state_name": saying.state,
    "own_script": readable,
    "threat": saying.threat,
    "trait": saying.trait,
    "typed_as": typed_as,
    "word": vocabulary.word,
}
# A paper tells of campaigns unless it says otherwise.
PAPER: Final = "paper"
# By role; each bears white figures, and none belongs to a state.
FILLS = {"originator": "#9c4310", "amplifier": "#3d6d97", "bridge": "#62507f"}


@final
class Pages:
    """Writes the desk's pages.

    Args:
        banner: Classification that stands on top of every page, such as `TLP:AMBER`.
        kinds: Kinds of file that whole campaigns can be had in.
        stale: Says why what is shown is out of date, when it is.
        writes: Whether this desk imports and does jobs.
        searches: Whether it can be searched, and keeps filters.
        provider: What the identity provider is called; empty for none.
        waking: What each page shows of notices and duty; None for a desk without them.
    """

    def __init__(
        self,
        *,
        banner: str | None,
        kinds: tuple[str, ...],
        stale: Callable[[], str] = lambda: "",
        writes: bool = False,
        searches: bool = False,
        provider: str = "",
        waking: "DeskWaking | None" = None,
    ) -> None:
        """Read the templates once."""
        self.kinds = kinds
        self._templates = Environment(
            loader=PackageLoader("legation.desk"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            optimized=False,  # what is folded while a template is read would have one language
        )
        self._templates.policies["ext.i18n.trimmed"] = True
        self._templates.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension
            tongues.gettext,
            tongues.ngettext,
            newstyle=True,
            pgettext=tongues.pgettext,
            npgettext=tongues.npgettext,
        )
        self.banner = banner
        self._waking = waking
        self._templates.filters |= _FILTERS
        self._templates.globals |= {
            "banner": banner,
            "caveat": lambda room=PAPER: _caveat(room),
            "kinds": kinds,
            "writes": writes,
            "searches": searches,
            "provider": provider,
            "address": address,
            "asset": assets().address,
            "islands": assets().islands,
            "mark_of": mark_of,
            "asked_words": telling.asked_words,
            "burst_words": telling.burst_words,
            **{name: getattr(narrated, name) for name in narrated.__all__},
            "changed": telling.changed,
            "compared": compared,
            "fills": FILLS,
            "has_middle": has_middle,
            "is_unknown": is_unknown,
            "layers_of": telling.layers_of,
            "likened_of": telling.likened_of,
            "meanings": MEANINGS,
            "nothing_found": nothing_found,
            "alone": ALONE,
            "example": framing.example,
            "sentence": framing.sentence,
            "looked_at": telling.looked_at,
            "quoted_words": telling.quoted_words,
            "pairs_words": telling.pairs_words,
            "read_words": telling.read_words,
            "share_words": telling.share_words,
            "by_chance": telling.by_chance,
            "tie_words": telling.tie_words,
            "surprise": telling.surprise,
            "tabs": vocabulary.TABS,
            "tongue": tongues.tongue,
            "tongues": lambda: tuple(tongues.tongues().values()),
            "shown_as": shown_as,
            "toggled": toggled,
            "unknown_percent": unknown_percent,
        }
        self._seen = Seen(guest=None, form_token="")
        self._help = "/help"
        self._stale = stale

    def seen_by(self, seen: Seen) -> "Pages":
        """Return the same pages, drawn for somebody."""
        pages = copy(self)
        pages._seen = seen  # noqa: SLF001 - our own
        return pages

    def told_by(self, stale: Callable[[], str]) -> "Pages":
        """Return the same pages, which ask there why they are out of date."""
        pages = copy(self)
        pages._stale = stale  # noqa: SLF001 - our own
        return pages

    def helped_by(self, place: str) -> "Pages":
        """Return the same pages, which the help explains at that address."""
        pages = copy(self)
        pages._help = place  # noqa: SLF001 - our own
        return pages

    def of_form(self, secret: str) -> "Pages":
        """Return the same pages, whose forms follow from another secret."""
        return self.seen_by(msgspec.structs.replace(self._seen, form_token=form_token(secret)))

    def write(self, name: str, **values: Any) -> str:
        """Write one page; `marking` is the highest label of what it shows.

        A name without an ending is one of HTML.
        """
        file = name if "." in name else f"{name}.html"
        seen = {
            **msgspec.structs.asdict(self._seen),
            "marking": "",
            "question": "",
            "room": "",
            "help_place": self._help,
            "stale": self._stale,
            "bell": self._waking and self._waking.seen_by(self._seen.guest),
        }
        text = self._templates.get_template(file).render(**seen | values)
        return text.encode("utf-8", "replace").decode()  # a lone surrogate must not fail a page


def address(path: str, given: Mapping[str, object] | None = None, **more: object) -> str:
    """Return a path with a query, leaving out what is empty.

    >>> address("/campaigns", {"grade": "high", "layer": ""}, after="c2")
    '/campaigns?grade=high&after=c2'
    """
    values = {key: str(value) for key, value in {**(given or {}), **more}.items() if value}
    return f"{path}?{urlencode(values)}" if values else path


def _caveat(room: str) -> str:
    said = CAVEAT if room == PAPER else BY_ROOM.get(room, NO_CAVEAT)
    return saying.told(said) if said else ""
