"""Hosts as people read them: out of a link, in their own script, and what looks like them.

A host is ASCII in the network and letters of any script on a page. Two hosts can be taken for each
other when their letters have one skeleton, and when the one stands whole inside the other: a
reader sees the name they know at the front, and the owner is named at the end.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import idna

from legation.text.confusables import skeleton

# RFC 1035: no name in the network is longer. What is longer is no host and is not looked at.
_LONGEST: Final = 253


def readable(domain: str) -> str:
    """Return a domain in its own script; one that has none as it is.

    >>> readable("xn--mnchen-3ya.example"), readable("mfa.example")
    ('m\u00fcnchen.example', 'mfa.example')
    """
    try:
        return idna.decode(domain) if "xn--" in domain else domain
    except (idna.IDNAError, UnicodeError):
        return domain


def in_network(host: str) -> str:
    """Return a host as it stands in the network; one that cannot stand there in small letters.

    >>> in_network("M\u00fcnchen.Example."), in_network("my_host.example")
    ('xn--mnchen-3ya.example', 'my_host.example')
    """
    plain = host.rstrip(".\u3002").casefold()
    if plain.isascii() or len(plain) > _LONGEST:
        return plain
    try:
        return idna.encode(plain, uts46=True).decode().removesuffix(".")
    except (idna.IDNAError, UnicodeError):
        return plain


def parts_of(authority: str) -> tuple[str, str]:
    """Return what stands before an `@` in the authority of a link, and its host without port.

    >>> parts_of("mfa.example:x@other.example:443"), parts_of("www.mfa.example")
    (('mfa.example', 'other.example'), ('', 'mfa.example'))
    """
    user, _, host = authority.rpartition("@")
    name = in_network(host.partition(":")[0])
    bare = name.removeprefix("www.")
    return in_network(user.partition(":")[0]), bare if "." in bare else name


@lru_cache(maxsize=1 << 16)
def looks(domain: str) -> str:
    """Return what a domain looks like: for comparing, never for showing."""
    return skeleton(readable(domain))


def windows(host: str, sizes: Iterable[int]) -> Iterator[tuple[str, bool]]:
    """Yield the names of so many labels that stand in a host, and whether each ends it.

    >>> list(windows("a.b.c", [2]))
    [('b.c', True), ('a.b', False)]
    """
    labels = host.split(".") if len(host) <= _LONGEST else []
    for size in sizes:
        for start in range(len(labels) - size, -1, -1):
            yield ".".join(labels[start : start + size]), start + size == len(labels)
