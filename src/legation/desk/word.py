"""A campaign's brief as a Word document, because ministries edit their drafts there.

It says what the PDF says, in plain headings and tables that a secretary can change; the
footer keeps label and hash of what left the desk. Foreign words run in their own direction.
"""

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from legation.desk import framing, narrated, saying, telling
from legation.desk.beside_words import lookalike_words, registered_words
from legation.desk.brief import CampaignBrief
from legation.desk.plain import excerpt, plain
from legation.desk.running import direction, page_of
from legation.desk.saying import told_text
from legation.desk.tongues import gettext, isolated, tongue
from legation.desk.vocabulary import word
from legation.threats.disinformation.findings import CAVEAT, Campaign, Member

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

    from legation.desk.paper import Stamp

_QUOTED = 600
_LONGEST_PROPERTY = 255  # of a package's core properties (ECMA-376, part 2)
_NO_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), "�")


def write_word(brief: CampaignBrief, stamp: "Stamp") -> bytes:
    """Write the document."""
    import docx

    of = brief.campaign
    document = docx.Document()
    name = saying.called(of.name)
    document.core_properties.title = _clean(name)[:_LONGEST_PROPERTY]
    document.core_properties.author = _clean(stamp.leaving.by)[:_LONGEST_PROPERTY]
    document.core_properties.language = tongue().code
    document.core_properties.comments = ""
    _foot(document, stamp)
    document.add_paragraph(stamp.label, style="Subtitle")
    _turned(document.add_heading(_clean(name), level=0), name)
    _words(document, framing.headline(of))
    _words(document, telling.surprise(of))
    sure = gettext("How sure: %(grade)s") % {"grade": word(of.grade, "confidence")}
    _list(document, sure, map(told_text, of.grade_reasons), gettext("No reason was kept."))
    bursts = [*map(telling.burst_words, of.bursts)]
    bursts = [narrated.bursts_words(of), *bursts] if bursts else []
    _list(document, gettext("Days far above their usual"), bursts, gettext("No day stands out."))
    _tables(document, brief)
    title = gettext("What was said")
    _turned(document.add_heading(title, level=1), title)
    for quotation in of.quotations:
        _words(document, excerpt(quotation.text, _QUOTED).text, style="Quote")
        _words(document, telling.quoted_words(quotation))
    if not of.quotations:
        _words(document, gettext("The data holds no texts to quote."))
    _narrative(document, of)
    suggested = gettext("%(id)s %(name)s (suggested): %(why)s")
    techniques = [
        suggested % {"id": one.id, "name": isolated(one.name), "why": told_text(one.because)}
        for one in of.techniques
    ]
    _list(document, gettext("Techniques suggested"), techniques, gettext("None is suggested."))
    _list(
        document,
        gettext("What else it could be"),
        map(lookalike_words, of.lookalikes),
        gettext(
            "Neither the desk\u2019s list of benign groups nor its register of official accounts "
            "names one of these accounts. A list that is empty names nobody."
        ),
    )
    if beside := registered_words(of):
        _list(document, gettext("Official domains and protected names in it"), beside, "")
    unseen = map(told_text, of.cannot_show)
    _list(
        document,
        gettext("What the data cannot show"),
        unseen,
        gettext("Who directs the accounts, and whether a person stands behind each."),
    )
    _words(document, told_text(CAVEAT))
    _appendix(document, brief, stamp)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _part(member: Member) -> str:
    """Say a member's role, and where it cannot be told whether it takes part."""
    role = word(member.role, "role of an account")
    if not member.copied:
        return role
    return f"{role} ({gettext('was only or mostly copied: cannot tell whether it takes part')})"


def _narrative(document: "Document", of: Campaign) -> None:
    if of.terms:
        _table(
            document,
            narrated.compared_words(of),
            (gettext("Term"), gettext("Share of posts"), gettext("Against the background")),
            [
                (one.term, narrated.term_share(one, of), narrated.term_ratio(one, of))
                for one in of.terms
            ],
        )
    if said := narrated.narrative_words(of):
        _words(document, said)


def _tables(document: "Document", brief: CampaignBrief) -> None:
    of = brief.campaign
    _table(
        document,
        gettext("In which languages"),
        (gettext("Language"), telling.share_words(of)),
        [
            *((saying.language(one.language), saying.share(one.share)) for one in of.languages),
            *(
                [(narrated.more_languages_words(of), narrated.rest_share(of))]
                * (of.more_languages > 0)
            ),
        ],
    )
    best = gettext("The best attested of %(accounts)s")
    _table(
        document,
        best % {"accounts": saying.of_many(len(of.accounts), "account")},
        (gettext("Account"), gettext("Role"), gettext("Score"), gettext("Partners")),
        [
            (
                one.account_id,
                _part(one),
                saying.decimal(one.score),
                saying.count(one.partners),
            )
            for one in of.accounts[:12]
        ],
    )
    _table(
        document,
        telling.pairs_words(len(brief.ties), brief.all_ties, of),
        (
            gettext("Two accounts"),
            gettext("Pairs of posts"),
            gettext("Chance explains"),
            gettext("Layers"),
        ),
        [
            (
                f"{tie.account_a} {tie.account_b}",
                saying.count(tie.post_pairs),
                gettext("not kept") if tie.expected is None else saying.count(tie.expected),
                saying.listed(tie.layers, "layer"),
            )
            for tie in brief.ties
        ],
    )


def _appendix(document: "Document", brief: CampaignBrief, stamp: "Stamp") -> None:
    _table(
        document,
        gettext("Audit appendix"),
        (gettext("What"), gettext("Value")),
        [
            (gettext("Campaign"), brief.campaign.campaign_id),
            (gettext("Run"), brief.run.run_id),
            (gettext("SHA-256 of the input"), brief.run.input_sha256),
            (gettext("SHA-256 of the contents"), stamp.sha256),
            (gettext("Level"), stamp.label),
            (gettext("Exported"), saying.moment(stamp.leaving.at.timestamp())),
            (gettext("By"), stamp.leaving.by),
        ],
    )


def _foot(document: "Document", stamp: "Stamp") -> None:
    footer = document.sections[0].footer
    first = footer.paragraphs[0]
    first.text = f"{stamp.label}\t"
    for piece in page_of():
        if piece in ("page", "pages"):
            _field(first, "PAGE" if piece == "page" else "NUMPAGES")
        else:
            first.add_run(piece)
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

    if direction(text) == "rtl":
        properties: Any = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - as above
        properties.append(OxmlElement("w:bidi"))
        for run in paragraph.runs:
            run.font.rtl = True


def _list(document: "Document", title: str, said: Iterable[str], nothing: str) -> None:
    _turned(document.add_heading(title, level=1), title)
    for sentence in tuple(said) or (nothing,):
        _words(document, sentence, style="List Bullet")


def _table(
    document: "Document", title: str, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    from docx.enum.table import WD_TABLE_DIRECTION

    _turned(document.add_heading(title, level=1), title)
    if not rows:
        _words(document, gettext("Cannot tell: nothing is kept."))
        return
    table = document.add_table(rows=1, cols=len(header), style="Light Grid Accent 1")
    if tongue().direction == "rtl":
        table.table_direction = WD_TABLE_DIRECTION.RTL
    for cell, name in zip(table.rows[0].cells, header, strict=True):
        cell.text = name
        _turned(cell.paragraphs[0], name)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)
            _turned(cell.paragraphs[0], text)


def _clean(text: str) -> str:
    """Return a text that a document can hold."""
    return plain(text).translate(_NO_XML)
