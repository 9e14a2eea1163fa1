"""One spelling for the many of a link.

The same page is shared under addresses that differ in letter case, default port,
fragment or the marks that advertisers hang on. Co-sharing is only seen when these
fall together, and must not be seen where pages differ: so only rules with a reason
are here, and parameters keep their order. Shorteners are resolved from a table that
the user supplies, never by asking the network.
"""

import re
from collections.abc import Mapping
from typing import Final, final

TRACKING: Final = frozenset(
    (
        "fbclid",  # Facebook
        *("igshid", "igsh"),  # Instagram
        *("gclid", "gclsrc", "dclid", "gbraid", "wbraid"),  # Google
        *("msclkid", "yclid", "ymclid", "ysclid", "_openstat"),  # Microsoft, Yandex
        *("twclid", "ref_src", "ref_url", "__twitter_impression"),  # Twitter
        *("ttclid", "li_fat_id"),  # TikTok, LinkedIn
        *("mc_cid", "mc_eid", "mkt_tok", "vero_id", "wickedid", "oly_anon_id", "oly_enc_id"),
        *("_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp", "hsctatracking"),  # HubSpot
        *("guccounter", "guce_referrer", "guce_referrer_sig"),  # Yahoo
        *("s_cid", "cmpid", "ncid", "xtor", "smid", "at_medium", "at_campaign"),  # newsrooms
    )
)
"""Parameters that name the click, not the page; with all that begin with `utm_` or `at_custom`."""

MOBILE: Final = {
    "mobile.twitter.com": "twitter.com",
    "m.facebook.com": "www.facebook.com",
    "m.youtube.com": "www.youtube.com",
}
"""Hosts that serve the same paths as another. `PLAIN` relies on each beginning with m."""

PLAIN: Final = r"https?://[a-ln-z0-9][a-z0-9.-]*/[^?#%\s\x00-\x1f]*"
"""Links that are canonical as they stand, in a form both RE2 and Python read."""

_NOTHING = r"[^\x00-\x{10FFFF}]"  # RE2: the class of no characters
_LINK = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#\s]*)"
    r"(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?",
    re.DOTALL,
)
_PORTS = {"http": ":80", "https": ":443"}
_PREFIXES = ("utm_", "at_custom")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_HOPS = 5  # a short link to a short link happens; a longer chain is a circle


@final
class Links:
    """How links become canonical.

    Args:
        short: What short links lead to, from the user's own table; none ships.
    """

    def __init__(self, short: Mapping[str, str] | None = None) -> None:
        """Put the short links into the form in which they are looked up."""
        self._short = {_tidied(link): target for link, target in (short or {}).items()}

    @property
    def plain(self) -> str:
        """Pattern (RE2) of links that need no second look."""
        return _NOTHING if self._short else PLAIN

    def canonical(self, url: str) -> str:
        """Return the canonical form; what is no web link comes back unchanged.

        Examples:
            >>> Links().canonical("HTTPS://Example.ORG:443/a?utm_source=x&id=1#top")
            'https://example.org/a?id=1'
        """
        link = _tidied(url)
        for _ in range(_HOPS):
            target = self._short.get(link)
            if target is None:
                break
            link = _tidied(target)
        return link


def is_home_page(url: str) -> bool:
    """Tell whether a canonical link leads to a site, not to a page: it ties nobody.

    Examples:
        >>> is_home_page("https://example.org/"), is_home_page("https://example.org/a")
        (True, False)
    """
    link = _LINK.fullmatch(url)
    return link is not None and link["path"] in {"", "/"} and not link["query"]


def _tidied(url: str) -> str:
    url = url.strip()
    link = _LINK.fullmatch(url)
    if link is None or link["scheme"].lower() not in _PORTS or not link["authority"]:
        return url
    scheme = link["scheme"].lower()
    # RFC 3986, 6.2.2.1 and 6.2.3: scheme, host and escapes have one case, a default port and
    # an empty path one form. A fragment stays in the browser, but for "#!" and "#/", by which
    # pages of one address are told apart.
    fragment = link["fragment"] or ""
    kept = fragment if fragment.startswith(("#!", "#/")) else ""
    path = link["path"] or "/"
    rest = _ESCAPE.sub(_upper, path + _untracked(link["query"] or "") + kept)
    return f"{scheme}://{_host(link['authority'], _PORTS[scheme])}{rest}"


def _host(authority: str, port: str) -> str:
    user, at, host = authority.rpartition("@")
    host = host.lower().removesuffix(port).removesuffix(":")
    return user + at + MOBILE.get(host, host)


def _untracked(query: str) -> str:
    kept = [part for part in query[1:].split("&") if part and not _tracks(part)]
    return "?" + "&".join(kept) if kept else ""


def _tracks(part: str) -> bool:
    name = part.split("=", 1)[0].lower()
    return name in TRACKING or name.startswith(_PREFIXES)


def _upper(escape: re.Match[str]) -> str:
    return escape[0].upper()
