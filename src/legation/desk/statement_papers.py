"""Statements as papers: PDF/A-3 with tags, the `.statement` attached as what it was made from.

A statement is public, so its paper bears no label and its leaving is in no trail; it is set like
every paper of the desk, on this machine alone, and nothing is fetched.
"""

import io
import warnings
from importlib.resources import files
from typing import Final

from legation.desk.paper import need, refusal

_MORE: Final = """
@page {
  @bottom-left { content: string(number); font: 7.5pt "Noto Sans", sans-serif; color: #333; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 7.5pt "Noto Sans"; }
}
h1 { string-set: number content(); }
.text { font: 11pt/1.6 "Noto Serif", "Noto Naskh Arabic", serif; }
[dir="rtl"] { direction: rtl; text-align: right; }
dl { font-size: 8.5pt; border-top: 0.5pt solid #999; padding-top: 3mm; margin-top: 6mm; }
dt { font-weight: 700; } dd { margin: 0 0 1mm; overflow-wrap: anywhere; }
figure svg { width: 38mm; height: 38mm; }
.digits { font: 16pt/1.6 "Noto Sans Mono", monospace; }
.digits + figure svg { width: 50mm; height: 50mm; }
"""


def set_statement(text: str, contents: bytes, name: str) -> bytes:
    """Set a page as PDF/A-3a with a file attached.

    Args:
        text: The page, as HTML that we wrote.
        contents: What is attached; empty for nothing.
        name: The attachment's.

    Raises:
        MissingPartError: What sets it is not installed.
    """
    weasyprint = need("pdf")
    refuse = refusal(weasyprint)()
    style = files("legation.desk").joinpath("static", "paper.css").read_text("utf-8") + _MORE
    attached = weasyprint.Attachment(
        file_obj=io.BytesIO(contents),
        name=name,
        description="The statement with its signatures",
        relationship="Source",
    )
    with warnings.catch_warnings():
        # WeasyPrint leaves its own colour profile open, which Python closes with a warning.
        warnings.simplefilter("ignore", ResourceWarning)
        made: bytes = weasyprint.HTML(string=text, url_fetcher=refuse).write_pdf(
            stylesheets=[weasyprint.CSS(string=style, url_fetcher=refuse)],
            pdf_variant="pdf/a-3a",
            attachments=[attached] if contents else [],
        )
    return made
