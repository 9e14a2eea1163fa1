"""The answers there are. A new one is a file beside the others, and one line here.

Those on the ladder stand from the lowest rung up; the moves beside it follow.
"""

from difflib import get_close_matches
from typing import Final

from legation.errors import UsageError
from legation.safeguards.cases.responses import no_action
from legation.safeguards.cases.responses.acting import (
    countermeasure,
    criminal_charge,
    retorsion,
    sanctions_dossier,
    takedown_request,
    technical_measure,
)
from legation.safeguards.cases.responses.deescalation import (
    clarification_request,
    good_offices,
    hotline_call,
    joint_technical_finding,
    phased_lifting,
    standstill,
)
from legation.safeguards.cases.responses.response import Response
from legation.safeguards.cases.responses.speaking import (
    contact_point_request,
    note_verbale,
    partner_notification,
    public_attribution,
    public_statement,
    referral,
)

RESPONSES: Final[tuple[Response, ...]] = (
    no_action.RESPONSE,
    technical_measure.RESPONSE,
    partner_notification.RESPONSE,
    contact_point_request.RESPONSE,
    takedown_request.RESPONSE,
    note_verbale.RESPONSE,
    public_statement.RESPONSE,
    public_attribution.RESPONSE,
    retorsion.RESPONSE,
    criminal_charge.RESPONSE,
    sanctions_dossier.RESPONSE,
    countermeasure.RESPONSE,
    referral.RESPONSE,
    hotline_call.RESPONSE,
    clarification_request.RESPONSE,
    joint_technical_finding.RESPONSE,
    standstill.RESPONSE,
    good_offices.RESPONSE,
    phased_lifting.RESPONSE,
)
BY_KEY: Final = {one.key: one for one in RESPONSES}


def response(key: str) -> Response:
    """Return an answer by its key.

    Raises:
        UsageError: There is none; the hint names the nearest.
    """
    if key in BY_KEY:
        return BY_KEY[key]
    near = get_close_matches(key[:80], list(BY_KEY), 1, cutoff=0.0)[0]
    raise UsageError(f"no answer {key[:40]!r}", hint=f"did you mean {near!r}?")
