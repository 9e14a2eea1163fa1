"""A partner's TAXII 2.1 server, as a client sees it.

`access` says how to get in, `line` asks once and again (`patience`), `body` reads what comes
within limits, `messages` makes values of it, `client` has the verbs of the standard, `feed`
is what a caller keeps of a feed, and `pull` walks it. Nothing here knows the store: whoever
pulls keeps each page, and the state that comes with it.

Source: OASIS, TAXII Version 2.1, OASIS Standard, 10 June 2021.
"""
