"""What stands beside a campaign, in plain words: lists and registers that name some of it.

The pages say the same in their templates; a document that a secretary edits has no marks of a
page, so the same sentences of the catalogues are told here without them.
"""

import re
from typing import Final

from legation.desk.saying import many
from legation.desk.tongues import gettext, isolated
from legation.desk.vocabulary import word
from legation.text.hosts import readable
from legation.threats.disinformation.findings import Campaign, Lookalike
from legation.threats.disinformation.linked import LinkedDomain, WrittenName

_MARK: Final = re.compile(r"</?(?:bdi|strong)\b[^<>]*>")


def lookalike_words(one: Lookalike) -> str:
    """Return what the desk's list, or its register of official accounts, says of some members."""
    said = gettext(
        '<strong dir="auto">%(kind)s</strong>: %(members)s by the rule “<bdi>%(rule)s</bdi>” '
        "(from <bdi>%(source)s</bdi>)."
    )
    return _bare(said) % {
        "kind": isolated(one.kind),
        "members": many(one.accounts, "member"),
        "rule": isolated(one.rule),
        "source": isolated(one.source),
    }


def registered_words(of: Campaign) -> tuple[str, ...]:
    """Return which official domains and protected names a campaign has in it, and what of it."""
    if not (of.domains or of.names):
        return ()
    context = gettext(
        "This is context from your registers, by one rule for every state; it moves no grade. A "
        "likeness is one of letters: whose a domain is, and what for, cannot be told from its "
        "name, and how often such a likeness is chance has not been measured."
    )
    return (*map(_linked_words, of.domains), *map(_written_words, of.names), context)


def _linked_words(one: LinkedDomain) -> str:
    led = gettext("%(posts)s by %(members)s") % {
        "posts": many(one.posts, "post"),
        "members": many(one.accounts, "member"),
    }
    said = _bare(_way_words(one)) % {
        "host": _domain(one.host),
        "domain": _domain(one.official),
        "led": led,
    }
    official = gettext(
        "Official for <bdi>%(state)s</bdi>, <bdi>%(office)s</bdi>, by the rule "
        "“<bdi>%(rule)s</bdi>” (from <bdi>%(source)s</bdi>)."
    )
    parts = {name: isolated(getattr(one, name)) for name in ("state", "office", "rule", "source")}
    return f"{said} {_bare(official) % parts}"


def _way_words(one: LinkedDomain) -> str:
    if one.way is None:
        return gettext("Links to %(domain)s, an official domain: %(led)s.")
    if one.way == "letters":
        return gettext(
            "Links to %(host)s, which looks, letter by letter, like the official domain "
            "%(domain)s and is another: %(led)s."
        )
    if one.way == "inside":
        return gettext(
            "Links to %(host)s, which holds a name like the official domain %(domain)s and is "
            "another: %(led)s."
        )
    return gettext(
        "Links to %(host)s behind an “@” that follows a name like the official domain "
        "%(domain)s: %(led)s."
    )


def _written_words(one: WrittenName) -> str:
    said = gettext(
        "The protected name of an office (%(role)s, <bdi>%(mission)s</bdi>) stands in %(posts)s "
        "of those read. Whether they mean this person cannot be told."
    )
    return _bare(said) % {
        "role": word(one.role, "role at a mission"),
        "mission": isolated(one.mission),
        "posts": many(one.posts, "post"),
    }


def _domain(name: str) -> str:
    """Return a domain, and behind it how it is read in its own script, where that differs."""
    own = readable(name)
    return isolated(name) if own == name else f"{isolated(name)} ({isolated(own)})"


def _bare(said: str) -> str:
    return _MARK.sub("", said)
