"""What legation promises about its server beyond the standard."""

from collections.abc import Mapping
from types import MappingProxyType

CONTRACT: Mapping[str, str] = MappingProxyType({
    "0-L1": "No input is answered with a 5xx, hangs, or ends the server.",
    "0-L2": "After whatever input a good request is answered.",
    "0-L3": "A refusal is an error resource with title, http_status as a string, and a reason.",
    "0-L4": "A refusal shows nothing of the server's inside.",
    "1.6.9-L1": "A bearer token is taken beside Basic.",
    "1.6.9-L2": "A disabled account is refused like a wrong password.",
    "1.6.9-L3": "Without authentication nobody learns what exists.",
    "2-L1": "Each object has its own date_added, strictly growing in microseconds.",
    "2-L2": "date_added grows also when the clock steps back.",
    "3.5-L1": "A cursor outlives a restart of the server.",
    "3.5-L2": "A cursor with one changed character is refused with a 400.",
    "3.5-L3": "A cursor shows nothing of another collection, question or partner than its own.",
    "3.5-L4": "A walk by next shows each object of its start once, while others write.",
    "3.5-L5": "A walk by added_after alone does so too.",
    "5-L1": "What a partner may not know is a 404, the same as what does not exist.",
    "5.4-L1": "An object comes back as it was sent, to the last digit and unknown property.",
    "5.5-L1": "Other content under the same id and version never replaces what is there.",
    "5.5-L2": "A maximum holds for bodies without a Content-Length too.",
    "5.7-L1": "Deletion in one collection leaves the others alone.",
    "8-L1": "A foreign client, taxii2-client, walks everything.",
})  # fmt: skip
