"""`legation campaign list`, `show` and `export`: what the latest run found."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from legation.app.listing import Marks, Order, Query
from legation.app.listing import listed as find
from legation.cli.campaign_words import in_words, lines, near_in_words, unsaid
from legation.cli.doors import AsJson, HomeFolder, Lent
from legation.cli.sheets import tell_name
from legation.cli.words import answer, answer_json, pour, tell, typed
from legation.errors import UsageError
from legation.settings import TlpName
from legation.threats.disinformation.findings import CAVEAT, Grade

_ACTOR = "command line"


def listed(
    *,
    words: Annotated[str, Parameter(help="Only those that hold these words.")] = "",
    grade: Annotated[Grade | None, Parameter(help="Only of this grade.")] = None,
    layer: Annotated[str, Parameter(help="Only with this layer.")] = "",
    in_language: Annotated[
        str, Parameter("--language", help="Only with this language, by its code, such as en.")
    ] = "",
    order: Annotated[
        Order,
        Parameter(
            help="By grade, newest, accounts, ties, name or chance; with - before it the other "
            "way round. [default: grade]"
        ),
    ] = "grade",
    mark: Annotated[
        Marks, Parameter(help="Only under this mark. [default: all but those set aside]")
    ] = "",
    home: HomeFolder = None,
    as_json: AsJson = False,
    doors: Lent,
) -> int:
    """List the campaigns of the latest run: by grade, then the latest first."""
    place = doors.home(home)
    place.require()
    asked = Query(
        words=words, grade=grade, layer=layer, language=in_language, order=order, mark=mark
    )
    with place.store() as store:
        library = place.library(store, _ACTOR)
        kept, stale, marks = library.latest(), library.stale(), library.marks()
    campaigns = tuple(find(kept, marks, asked)) if kept else ()
    if as_json:
        answer_json({"run": kept.run if kept else None, "campaigns": campaigns})
        return 0
    if kept is None:
        tell(f"Nothing was looked at yet. Next: {typed('legation watch --once', home)}")
        return 0
    answer(lines(campaigns))
    if not kept.campaigns:
        answer("\n".join(unsaid(kept.run)))
    tell(stale) if stale else None
    tell(CAVEAT)
    return 0


def show(
    campaign_id: str, /, *, home: HomeFolder = None, as_json: AsJson = False, doors: Lent
) -> int:
    """Show one campaign.

    Args:
        campaign_id: Its id, or the start of it; an id of an earlier run leads to what it is now.
    """
    from legation.app.handing import talks_near
    from legation.app.lineage import goes_on

    place = doors.home(home)
    place.require()
    with place.store() as store:
        library = place.library(store, _ACTOR)
        (campaign, run), stale = library.campaign(campaign_id), library.stale()
        watches = talks_near(library.scope(), campaign)
    earlier = goes_on(campaign_id, campaign)
    for said in (earlier, stale):
        tell(said) if said else None
    if as_json:
        names = {"asked": campaign_id, "goes_on_as": campaign.campaign_id if earlier else None}
        answer_json({"run": run, "campaign": campaign, "watches": watches, **names})
    else:
        answer(in_words(campaign, run))
        answer("\n".join(map(near_in_words, watches))) if watches else None
        tell(CAVEAT)
    return 0


def export(
    campaign_id: str,
    /,
    *,
    stix: Annotated[bool, Parameter(help="As a STIX 2.1 bundle.")] = False,
    csv: Annotated[bool, Parameter(help="As a table of its accounts.")] = False,
    graphml: Annotated[bool, Parameter(help="As a network, in GraphML.")] = False,
    gexf: Annotated[bool, Parameter(help="As a network, in GEXF 1.3.")] = False,
    pdf: Annotated[bool, Parameter(help="As a brief to print (needs the extra `pdf`).")] = False,
    docx: Annotated[
        bool, Parameter(help="As a brief to edit in Word (needs the extra `pdf`).")
    ] = False,
    tlp: Annotated[
        TlpName | None,
        Parameter(help="Level of the bundle. [default: the store's or the desk's, the stricter]"),
    ] = None,
    out: Annotated[Path | None, Parameter(help="File to write. [default: standard output]")] = None,
    home: HomeFolder = None,
    doors: Lent,
) -> int:
    """Write one campaign as a file.

    Below grade "high" mentions are masked and quotations shortened: the grounds do not
    bear more. A level wider than the store's is refused: sharing never widens a marking. Each
    export is written into the audit trail.

    Args:
        campaign_id: Its id, or the start of it; an id of an earlier run leads to what it is now.
    """
    from legation.app.lineage import goes_on
    from legation.app.outputs import put
    from legation.stix.tlp import level_named

    asked = {"stix": stix, "csv": csv, "graphml": graphml, "gexf": gexf}
    asked |= {"pdf": pdf, "docx": docx}
    kinds = [kind for kind, wanted in asked.items() if wanted]
    if len(kinds) != 1:
        raise UsageError(
            "say how to write it" if not kinds else "one kind of file at a time",
            hint="add one of --stix, --csv, --graphml, --gexf, --pdf, --docx",
        )
    paper = kinds[0] in ("pdf", "docx")
    if paper and tlp:
        raise UsageError("a brief leaves under the level of store and desk", hint="leave --tlp out")
    if paper and out is None:
        raise UsageError("a brief is no text", hint="say where to write it: --out FILE")
    place = doors.home(home)
    place.require()
    with place.store() as store:
        library = place.library(store, _ACTOR)
        found = library.campaign(campaign_id)[0]
        name = found.campaign_id
        if earlier := goes_on(campaign_id, found):
            tell(earlier)
        level = level_named(tlp) if tlp else None
        if paper:
            content = doors.write_paper(library, name, kinds[0])
        else:
            made = library.export([name], kinds[0], level)
            content = made.content
    if out is None:
        pour(content.decode())
        tell_name(made.name)
    else:
        put(out, content)
        tell(f"Written: {out}")
    return 0
