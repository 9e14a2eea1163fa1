"""A campaign's brief as a Word document, because ministries edit their drafts there.

It says what the PDF says, in plain headings and tables that a secretary can change; the
footer keeps label and hash of what left the desk. Foreign words run in their own direction.
"""

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from legation.desk import saying
from legation.desk.brief import CampaignBrief
from legation.desk.plain import excerpt, plain
from legation.threats.disinformation.findings import CAVEAT

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

    from legation.desk.paper import Stamp

_QUOTED = 600
_NO_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), "�")


def write_word(brief: CampaignBrief, stamp: "Stamp") -> bytes:
    """Write the document."""
    import docx

    of, run = brief.campaign, brief.run
    document = docx.Document()
    document.core_properties.title = _clean(of.name)
    document.core_properties.author = stamp.leaving.by
    document.core_properties.language = "en"
    document.core_properties.comments = ""
    _foot(document, stamp)
    document.add_paragraph(stamp.label, style="Subtitle")
    document.add_heading(_clean(of.name), level=0)
    _words(document, saying.headline(of))
    _words(document, saying.surprise(of))
    _list(document, "How sure: " + of.grade, of.grade_reasons, "No reason was kept.")
    bursts = [
        f"{saying.day(one.start)}: {saying.many(one.posts, 'post')} where "
        f"{saying.count(one.usual)} are usual"
        for one in of.bursts
    ]
    _list(document, "Days far above their usual", bursts, "No day stands out.")
    _table(
        document,
        "In which languages",
        ("Language", "Share"),
        [(saying.language(one.language), saying.share(one.share)) for one in of.languages],
    )
    _table(
        document,
        f"Accounts: the best attested of {len(of.accounts):,}",
        ("Account", "Role", "Score", "Partners"),
        [
            (one.account_id, one.role, f"{one.score:.2f}", saying.count(one.partners))
            for one in of.accounts[:12]
        ],
    )
    _table(
        document,
        f"Ties: the strongest of {brief.all_ties:,}",
        ("Two accounts", "Pairs of posts", "Chance explains", "Layers"),
        [
            (
                f"{tie.account_a} {tie.account_b}",
                saying.count(tie.objects),
                "not kept" if tie.expected is None else saying.count(tie.expected),
                ", ".join(tie.layers),
            )
            for tie in brief.ties
        ],
    )
    document.add_heading("What was said", level=1)
    for quotation in of.quotations:
        _words(document, excerpt(quotation.text, _QUOTED).text, style="Quote")
        _words(
            document,
            f"{saying.many(quotation.posts, 'post')} by "
            f"{saying.many(quotation.accounts, 'account')}",
        )
    if not of.quotations:
        _words(document, "The data holds no texts to quote.")
    techniques = [f"{one.id} {one.name} (suggested): {one.because}" for one in of.techniques]
    _list(document, "Techniques suggested", techniques, "None is suggested.")
    _list(document, "What the data cannot show", of.cannot_show, "Who directs the accounts.")
    _words(document, CAVEAT)
    _table(
        document,
        "Audit appendix",
        ("What", "Value"),
        [
            ("Campaign", of.campaign_id),
            ("Run", run.run_id),
            ("SHA-256 of the input", run.input_sha256),
            ("SHA-256 of the contents", stamp.sha256),
            ("Level", stamp.label),
            ("Exported", saying.moment(stamp.leaving.at.timestamp())),
            ("By", stamp.leaving.by),
        ],
    )
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _foot(document: "Document", stamp: "Stamp") -> None:
    footer = document.sections[0].footer
    first = footer.paragraphs[0]
    first.text = f"{stamp.label}\tPage "
    _field(first, "PAGE")
    first.add_run(" of ")
    _field(first, "NUMPAGES")
    footer.add_paragraph(f"sha256 {stamp.sha256}")


def _field(paragraph: "Paragraph", name: str) -> None:
    """Put a number that Word counts by itself."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001 - the library has no public way to a field


def _words(document: "Document", text: str, style: str | None = None) -> None:
    _turned(document.add_paragraph(_clean(text), style=style), text)


def _turned(paragraph: "Paragraph", text: str) -> None:
    """Let a text run in its own direction."""
    from docx.oxml import OxmlElement

    if saying.direction(text) == "rtl":
        properties: Any = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - as above
        properties.append(OxmlElement("w:bidi"))
        for run in paragraph.runs:
            run.font.rtl = True


def _list(document: "Document", title: str, said: Iterable[str], nothing: str) -> None:
    document.add_heading(title, level=1)
    for sentence in tuple(said) or (nothing,):
        _words(document, sentence, style="List Bullet")


def _table(
    document: "Document", title: str, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    document.add_heading(title, level=1)
    if not rows:
        _words(document, "Cannot tell: nothing is kept.")
        return
    table = document.add_table(rows=1, cols=len(header), style="Light Grid Accent 1")
    for cell, name in zip(table.rows[0].cells, header, strict=True):
        cell.text = name
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)
            _turned(cell.paragraphs[0], text)


def _clean(text: str) -> str:
    """Return a text that a document can hold."""
    return plain(text).translate(_NO_XML)
