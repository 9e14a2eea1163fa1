"""A reading whose every text was written by somebody who wishes the reader ill."""

from legation.threats.disinformation.findings import (
    Burst,
    LanguageShare,
    Lookalike,
    Quotation,
    Technique,
    Term,
)
from legation.threats.disinformation.linked import LinkedDomain, WrittenName
from worlds.readings import Shelf, a_campaign, a_row, a_run, a_tie

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(1)">',
    "\u202eevil\u2066 \x00\x07 \ud800",
    "https://steal.example/login?x=1 javascript:alert(1)",
    "x" * 100_000,
    "{{ 7 * 7 }} {% raw %}",
    "' \" ` & < > </blockquote></main>",
    "\n" * 5_000,
    "",
)


def hostile_shelf(text: str) -> Shelf:
    """Return a shelf that holds the text wherever a text can stand."""
    campaign = a_campaign(
        name=f"n{text}",
        grade_reasons=(text,),
        quotations=(Quotation(post_id=text, text=text, accounts=1, posts=1),),
        terms=(Term(term=text, posts=1, ratio=2.0),),
        languages=(LanguageShare(language="ar", share=1.0),),
        techniques=(Technique(id="T0049", name=text, because=text),),
        lookalikes=(Lookalike(kind=text, rule=text, accounts=1, source=text),),
        domains=tuple(
            LinkedDomain(
                official=text,
                state=text,
                office=text,
                rule=text,
                source=text,
                accounts=1,
                posts=1,
                host=text,
                way=way,
            )
            for way in (None, "letters", "inside", "before @")
        ),
        names=(WrittenName(role="head of mission", mission=text, posts=1),),
        bursts=(Burst(start=0, end=86400, posts=4, usual=0.5),),
        activity=((0, 4), (86400, 1)),
        hours=(1,) * 24,
        co_actions={"repost": 3, 'l"><b>': 1},
        cannot_show=(text,),
    )
    row = a_row(text_a=text, text_b=None, object=text, post_a=text)
    return Shelf(run=a_run(), all_campaigns=[campaign], all_ties=[a_tie()], evidence_rows=[row])
