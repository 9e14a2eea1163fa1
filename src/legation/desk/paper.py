"""Papers: a page that a superior reads, as PDF or Word, made on this machine alone.

A paper carries its label and the hash of its contents in each footer, and says at its end
from which run it came, when it left and by whom. It leaves the way every export does: its
leaving is in the audit trail before it is set. Nothing is fetched while it is set.
"""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.resources import files
from typing import Any, Final, Literal, final, get_args

import msgspec

from legation.app.kept import Leaving
from legation.desk import charts
from legation.desk.brief import (
    Brief,
    CampaignBrief,
    beside,
    campaigns_of,
    contents_of,
    hash_of,
    run_of,
)
from legation.desk.columns import tell_columns
from legation.desk.layout import drawn
from legation.desk.reading import Download, Reading
from legation.desk.rendering import Pages
from legation.desk.running import page_of
from legation.desk.settling import Settled
from legation.desk.tongues import tongue
from legation.errors import MissingPartError, NotFoundError
from legation.formats.marked import named

PaperKind = Literal["pdf", "docx"]
KINDS: Final[tuple[PaperKind, ...]] = get_args(PaperKind)
_MEDIA: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_NEEDS: Final = {"pdf": "weasyprint", "docx": "docx"}


@final
class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """What a paper says of itself.

    Attributes:
        label: Who may be told; in each footer.
        sha256: Of its contents; in each footer.
        leaving: When it left, by whom.
        page: Of which page it is.
    """

    label: str
    sha256: str
    leaving: Leaving
    page: str


@final
class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper whose leaving is recorded, and which is still to be set.

    Attributes:
        name: Of its file.
        media_type: As registered.
        content: Sets it; this takes seconds and asks the store nothing.
    """

    name: str
    media_type: str
    content: Callable[[], bytes]

    def set(self) -> Download:
        """Set the paper."""
        return Download(name=self.name, media_type=self.media_type, content=self.content())


def write_paper(reading: Reading, pages: Pages, brief: Brief, kind: str) -> Download:
    """Write a paper and record its leaving, as `begin_paper`."""
    return begin_paper(reading, pages, brief, kind).set()


def begin_paper(reading: Reading, pages: Pages, brief: Brief, kind: str) -> Paper:
    """Record that a paper leaves, and return it to be set.

    Args:
        reading: Where the leaving is recorded.
        pages: The desk's pages, with their banner.
        brief: What it says.
        kind: `pdf`, or `docx` for a campaign.

    Raises:
        NotFoundError: The page is not had in that kind.
        MissingPartError: What sets it is not installed.
    """
    page = str(brief.__struct_config__.tag)
    if kind not in KINDS or (kind == "docx" and not isinstance(brief, CampaignBrief)):
        able = ", ".join(KINDS if isinstance(brief, CampaignBrief) else KINDS[:1])
        raise NotFoundError(f"no paper as {kind!r}", hint=f"this page has {able}")
    need(kind)
    contents = contents_of(brief)
    ids = campaigns_of(brief)
    leaving = reading.leave(page, ids, kind, hash_of(contents), *beside(brief))
    label = " · ".join(dict.fromkeys(filter(None, (leaving.level, pages.banner))))
    stamp = Stamp(label=label, sha256=hash_of(contents), leaving=leaving, page=page)
    stem = ids[0] if page in ("campaign", "tie") else page
    name = f"{stem}-tie.{kind}" if page == "tie" else f"{stem}.{kind}"
    return Paper(
        name=named(name, leaving.tag),
        media_type=_MEDIA[kind],
        content=_setting(pages, brief, stamp, kind, contents),
    )


def _setting(
    pages: Pages, brief: Brief, stamp: Stamp, kind: str, contents: bytes
) -> Callable[[], bytes]:
    if isinstance(brief, CampaignBrief) and kind == "docx":
        from legation.desk.word import write_word

        return partial(write_word, brief, stamp)
    return partial(set_page, _html(pages, brief, stamp), contents)


def need(kind: str, load: Callable[[str], Any] = import_module) -> Any:
    """Return what sets a kind of paper.

    Raises:
        MissingPartError: It is not installed, or a library of the system that it needs is not.
    """
    try:
        return load(_NEEDS[kind])
    except ImportError as absent:
        raise MissingPartError(
            f"papers as {kind} need a part that is not installed",
            hint="add the extra `pdf`: in the folder that legation was installed from, "
            "run: make pdf",
        ) from absent
    except OSError as absent:
        raise MissingPartError(
            "papers need Pango, which this machine lacks",
            hint="on Debian run: apt install libpango-1.0-0 libpangoft2-1.0-0",
        ) from absent


def _html(pages: Pages, brief: Brief, stamp: Stamp) -> str:
    drawing = bars = None
    if isinstance(brief, CampaignBrief):
        drawing = drawn(brief.network, Settled(None).of(brief.network))
        bars = charts.timeline(brief.campaign.activity, brief.campaign.bursts)
    return pages.write(
        f"paper_{stamp.page}",
        brief=brief,
        run=run_of(brief),
        stamp=stamp,
        drawing=drawing,
        timeline=bars,
    )


def set_page(text: str, contents: bytes, name: str = "contents.json") -> bytes:
    """Set a page of any kind as PDF/UA-1, with its contents attached under a name.

    Raises:
        MissingPartError: What sets it is not installed.
    """
    weasyprint = need("pdf")
    refuse = refusal(weasyprint)()
    style = files("legation.desk").joinpath("static", "paper.css").read_text("utf-8") + _corners()
    page = weasyprint.HTML(string=text, url_fetcher=refuse)
    tell_columns(page.etree_element)
    made: bytes = page.write_pdf(
        stylesheets=[weasyprint.CSS(string=style, url_fetcher=refuse)],
        pdf_variant="pdf/ua-1",
        attachments=[
            weasyprint.Attachment(
                string=contents.decode(),
                name=name,
                description="The contents: their SHA-256 stands in each footer.",
                relationship="Source",
            )
        ],
    )
    return made


def _corners() -> str:
    """Return the style of a page's lower corners: they have no logical names, and words in them."""
    start, end = ("left", "right") if tongue().direction == "ltr" else ("right", "left")
    counted = " ".join(
        f"counter({piece})" if piece in ("page", "pages") else f'"{piece}"' for piece in page_of()
    )
    return (
        "@page {"
        f' @bottom-{start} {{ content: string(label) "\\A" string(hash); white-space: pre;'
        ' font: 6.5pt "Noto Sans Mono", monospace; color: #333; vertical-align: top;'
        " padding-block-start: 3mm; }"
        f" @bottom-{end} {{ content: {counted}; font: 7.5pt"
        ' "Noto Sans", "Noto Sans Arabic", sans-serif; color: #333; vertical-align: top;'
        " padding-block-start: 3mm; } }"
    )


def refusal(weasyprint: Any) -> Any:
    """Return what fetches nothing: whatever asks for an address ends the paper."""

    class Refusal(weasyprint.urls.URLFetcher):  # type: ignore[misc]  # the library has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            del headers
            raise weasyprint.urls.FatalURLFetchingError(f"a paper fetches nothing: {url:.60}")

    return Refusal
