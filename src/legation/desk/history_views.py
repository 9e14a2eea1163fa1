"""The history of a campaign: which runs saw it, what changed, and what was said against it."""

from typing import Final

from litestar import Response, get

from legation.app.history import Sighting
from legation.desk.answers import Ask, Given, Name, Writer, file, page, tried
from legation.desk.exports import download, leaving
from legation.desk.statements_beside import labels_of, statements_about
from legation.threats.disinformation.findings import CAVEAT


@get("/campaign/{campaign_id:str}/history", sync_to_thread=False, verb="campaign.read")
def history(request: Ask, reading: Given, pages: Writer, campaign_id: Name) -> Response[str]:
    """Show in which runs a campaign was seen, and what changed."""
    found = reading.campaign(campaign_id)
    seen, missing = tried(lambda: reading.history(campaign_id))
    library = reading.library()
    object_id = library.object_id(campaign_id) if library else ""
    statements = statements_about(request, reading, object_id)
    return page(
        pages.write(
            "history",
            marking=reading.marking(
                (found.campaign.campaign_id,), members=True, labels=labels_of(statements)
            ),
            statements=statements,
            campaign=found.campaign,
            run=found.run,
            history=seen,
            missing=missing,
        )
    )


@get(
    "/campaign/{campaign_id:str}/history/as/{kind:str}",
    sync_to_thread=False,
    verb="campaign.export",
)
def history_file(reading: Given, campaign_id: Name, kind: Name) -> Response[bytes]:
    """Hand out the runs that saw a campaign."""
    made = download(
        "history", kind, reading.history(campaign_id).sightings, Sighting, caveat=CAVEAT
    )
    return file(leaving(reading, "history", (campaign_id,), made))


HISTORY: Final = (history, history_file)
