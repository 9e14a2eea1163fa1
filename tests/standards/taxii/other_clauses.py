"""Clauses of TAXII 2.1 that no test of a server over plain HTTP can hold, each with its reason."""

from collections.abc import Mapping
from types import MappingProxyType

CLIENT = "binds clients"
DOOR = "TLS ends before the server, at the ministry's own door; it is told in the documents"
DNS = "binds whoever keeps the name server"

OTHERS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "3.1-M91": ("A request has an Accept with a TAXII type.", CLIENT),
    "3.1-S91": ("A request names the version it wants.", CLIENT),
    "3.4-M91": ("limit is a positive integer.", CLIENT),
    "3.4-M92": ("A match field occurs once in a request.", CLIENT),
    "3.4-M93": ("next is sent back as it came.", CLIENT),
    "3.9-M91": ("The SRV record's service is named taxii2.", DNS),
    "5.5-S91": ("While a status is pending it is asked for again.", CLIENT),
    "5.5-M91": ("Objects are sent in an envelope.", CLIENT),
    "7.1-S91": ("Names of custom properties of one source differ.", "binds authors of extensions"),
    "8.2.2-M91": ("Requests are accepted over HTTPS.", DOOR),
    "8.2.2-M92": ("TLS 1.2 or higher is accepted.", DOOR),
    "8.2.2-S91": ("TLS 1.3 is accepted.", DOOR),
    "8.2.2-S92": ("Weak suites of TLS 1.2 are not accepted.", DOOR),
    "8.3.1-S91": ("Certificates of clients are verified by PKIX.", "optional, and not offered"),
    "8.5-M91": ("Requests are made over HTTPS with TLS 1.2 or higher.", CLIENT),
    "8.5-M92": ("HTTP Basic is implemented.", CLIENT),
    "8.5-S91": ("The SRV record is looked up.", CLIENT),
    "8.5-S92": ("Certificates of servers are verified by PKIX.", CLIENT),
})  # fmt: skip
