"""Where a rule of the answers stands: each article with its key among the facts that ship.

A reason names one of these, so that a reader opens what it rests on. None of the articles of law
was compared with its official text yet: the mark goes with each, whoever shows it.
"""

from typing import Final, Literal

import msgspec

from legation.safeguards.cases.bodies import UNVERIFIED, Verified

Checked = Verified | Literal["own"]


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """What a reason rests on.

    Attributes:
        norm: Its key among the facts that ship; empty: no row of them states it.
        article: As it is cited.
        verified: How far it was checked; `own`: a rule of this program or of the policy.
    """

    norm: str = ""
    article: str
    verified: Checked = "from-memory"

    @property
    def mark(self) -> str:
        """Return what stands beside it; empty when the source itself was seen."""
        return UNVERIFIED if self.verified == "from-memory" else ""


HOUSE: Final = Article(article="rule of this desk", verified="own")
POLICY: Final = Article(article="policy of the state", verified="own")

ARSIWA_2: Final = Article(norm="arsiwa-2001.2", article="ARSIWA 2")
ARSIWA_8: Final = Article(norm="arsiwa-2001.8", article="ARSIWA 4, 5, 8, 11")
ARSIWA_12: Final = Article(norm="arsiwa-2001.12", article="ARSIWA 12")
ARSIWA_30: Final = Article(norm="arsiwa-2001.30", article="ARSIWA 30")
ARSIWA_42: Final = Article(norm="arsiwa-2001.42", article="ARSIWA 42")
ARSIWA_43: Final = Article(norm="arsiwa-2001.43", article="ARSIWA 43")
ARSIWA_48: Final = Article(norm="arsiwa-2001.48", article="ARSIWA 48")
ARSIWA_49: Final = Article(norm="arsiwa-2001.49", article="ARSIWA 49")
ARSIWA_50: Final = Article(norm="arsiwa-2001.50", article="ARSIWA 50")
ARSIWA_51: Final = Article(norm="arsiwa-2001.51", article="ARSIWA 51")
ARSIWA_52_1: Final = Article(norm="arsiwa-2001.52", article="ARSIWA 52(1)")
ARSIWA_52_2: Final = Article(norm="arsiwa-2001.52", article="ARSIWA 52(2)")
ARSIWA_52_3: Final = Article(norm="arsiwa-2001.52", article="ARSIWA 52(3)")
ARSIWA_53: Final = Article(norm="arsiwa-2001.53", article="ARSIWA 53")
ARSIWA_54: Final = Article(norm="arsiwa-2001.54", article="ARSIWA 54")

ICCPR_17: Final = Article(norm="iccpr-1966", article="ICCPR 17")
ICCPR_17_19: Final = Article(norm="iccpr-1966", article="ICCPR 17 and 19")
ICCPR_19: Final = Article(norm="iccpr-1966", article="ICCPR 19")
ICCPR_19_3: Final = Article(norm="iccpr-1966", article="ICCPR 19(3)")
ICCPR_15: Final = Article(norm="iccpr-1966", article="ICCPR 14 and 15")

VCDR_9: Final = Article(norm="vcdr-1961", article="VCDR 9")
VCDR_3: Final = Article(norm="vcdr-1961", article="VCDR 3 and 41(2)")
BUDAPEST_25: Final = Article(norm="budapest-2001.25", article="Budapest Convention 25")
BUDAPEST_35: Final = Article(norm="budapest-2001.35", article="Budapest Convention 35")
UNCC_40: Final = Article(norm="uncc-2024.40", article="UN Convention against Cybercrime 40")
NORM_B: Final = Article(norm="un-gge-2015.b", article="UN norm 13(b)")
NORM_D: Final = Article(norm="un-gge-2015.d", article="UN norm 13(d)")
NORM_E: Final = Article(norm="un-gge-2015.e", article="UN norm 13(e)")
NORM_G: Final = Article(norm="un-gge-2015.g", article="UN norm 13(g)")
NORM_H: Final = Article(norm="un-gge-2015.h", article="UN norm 13(h)")
CBM_3: Final = Article(
    norm="osce-1106-2013.3", article="OSCE measure 3", verified="verified-excerpt"
)
CBM_8: Final = Article(
    norm="osce-1106-2013.8", article="OSCE measure 8", verified="verified-excerpt"
)
CBM_13: Final = Article(
    norm="osce-1202-2016.13", article="OSCE measure 13", verified="verified-excerpt"
)
TOOLBOX: Final = Article(norm="eu-toolbox-2017", article="EU Cyber Diplomacy Toolbox")
REGIME: Final = Article(
    norm="eu-cyber-sanctions-2019", article="Decision (CFSP) 2019/797, or another regime"
)
CHARTER_33: Final = Article(article="UN Charter 2(3) and 33")
CHARTER_35: Final = Article(article="UN Charter 33 and 35")
