"""Telling partners, under a marking that says what they may do with it."""

from typing import Final

from legation.safeguards.cases.responses.effects import NOBODY
from legation.safeguards.cases.responses.law import CBM_3, ICCPR_17, NORM_D
from legation.safeguards.cases.responses.response import Need, Response

RESPONSE: Final = Response(
    key="partner-notification",
    title="Notification of partners",
    what="Partners are told what happened and what to look for, under a marking that says what "
    "they may do with it.",
    roles=("analyst", "security officer", "contact point"),
    legal=(
        Need(by=NORM_D, words="states cooperate and exchange information"),
        Need(by=CBM_3, words="consultations reduce the risk of misperception"),
        Need(by=ICCPR_17, words="data of persons are left out where the partner can do without"),
    ),
    cost="low",
    effect=NOBODY,
    rung=1,
    touches="may",
    # What tells a partner of persons can tell who the source is.
    finds_source=True,
    addressed=True,
    exits=("joint-technical-finding", "hotline-call"),
)
