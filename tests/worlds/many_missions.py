"""Two hundred states with five hundred missions and five thousand channels, all invented."""

from collections.abc import Mapping
from typing import Final

from legation.knowledge.states import states

STATES, MISSIONS, CHANNELS = 200, 500, 5_000
_EACH: Final = CHANNELS // MISSIONS
_KINDS: Final = ("mail", "messenger", "meeting", "account", "domain", "host", "service")
_MISSIONS: Final = "key,name,state,kind,host,seat,since,source,as_of\n"
_CHANNELS: Final = "key,mission,kind,name,carries,safeguard,state,since,source,as_of\n"
_JEWELS: Final = "key,mission,name,value,owner,channels,as_of\n"
_PROOFS: Final = "key,mission,channel,kind,threats,on,known,outcome,by,source\n"
_KNOWN: Final = "2018-01-01,the invented list,2026-03-01"


def tables(missions: int = MISSIONS) -> Mapping[str, bytes]:
    """Return registers of so many missions, each state with as many as any other."""
    codes = sorted(states())[:STATES]
    numbers = range(missions)
    rows = {
        "missions": _MISSIONS
        + "".join(
            f"m{n},Mission {n},{codes[n % STATES]},embassy,"
            f"{codes[(n + 1) % STATES]},Seat,{_KNOWN}\n"
            for n in numbers
        ),
        "channels": _CHANNELS
        + "".join(
            f"m{n}-c{at},m{n},{_KINDS[at % len(_KINDS)]},Way {at},internal,lock,in force,{_KNOWN}\n"
            for n in numbers
            for at in range(_EACH)
        ),
        "jewels": _JEWELS
        + "".join(f"m{n}-papers,m{n},Papers,3,owner,m{n}-c0,2026-03-01\n" for n in numbers),
        "proofs": _PROOFS
        + "".join(
            f"m{n}-looked,m{n},,watched,T1|T2|T3|T4|T5|T6,2025-03-02,2026-03-01,unknown,desk,log\n"
            f"m{n}-tried,m{n},m{n}-c0,test,T5|T6,2026-02-01,2026-02-01,held,desk,log\n"
            for n in numbers
        ),
    }
    return {name: text.encode() for name, text in rows.items()}
