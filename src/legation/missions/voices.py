"""Official accounts and domains: one spelling for each, and look-alikes told apart.

An account is known by its platform and its handle, a domain by its name, and people write each
of them in many ways: with `@`, as the address of a page, under a platform's older name, in
capitals, with a dot at the end, in letters of their own script. All of them come to one
spelling, by rules that are the same for every state; a name that can be taken for one on record,
and is another, is refused until somebody says that both are official.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

import idna
import msgspec

from legation.errors import RecordError
from legation.missions.register import Voice
from legation.text.confusables import skeleton
from legation.text.hosts import readable


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """How accounts are called on a platform.

    Attributes:
        names: What people call it; the first is its name here.
        hosts: Where its pages are.
        handles: What a handle may be; None: letters of any script.
        unread: Signs that do not count when handles are compared.
        before: Parts of an address that stand before the handle.
    """

    names: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    handles: str | None = None
    unread: str = ""
    before: tuple[str, ...] = ()

    @property
    def signs(self) -> str:
        """Return what one sign of a handle may be."""
        return (self.handles or ".").partition("{")[0]


# Each rule is the platform's own, as its help states it; a platform that is not here is known by
# the name that is written, and its handles may have letters of any script.
PLATFORMS: Final = (
    Platform(names=("x", "twitter"), hosts=("x.com", "twitter.com"), handles=r"[A-Za-z0-9_]{1,20}"),
    Platform(
        names=("facebook", "fb"),
        hosts=("facebook.com", "fb.com"),
        handles=r"[A-Za-z0-9.-]{1,80}",
        unread=".",
        before=("pg",),
    ),
    Platform(names=("instagram", "ig"), hosts=("instagram.com",), handles=r"[A-Za-z0-9._]{1,30}"),
    Platform(
        names=("threads",), hosts=("threads.net", "threads.com"), handles=r"[A-Za-z0-9._]{1,30}"
    ),
    Platform(
        names=("telegram", "tg"),
        hosts=("t.me", "telegram.me"),
        handles=r"[A-Za-z0-9_]{4,32}",
        before=("s",),
    ),
    Platform(names=("tiktok",), hosts=("tiktok.com",), handles=r"[A-Za-z0-9._]{1,24}"),
    Platform(names=("youtube", "yt"), hosts=("youtube.com",), before=("c", "user", "channel")),
    Platform(names=("linkedin",), hosts=("linkedin.com",), before=("company", "in", "school")),
    Platform(names=("vk", "vkontakte"), hosts=("vk.com",), handles=r"[A-Za-z0-9_.]{1,50}"),
    Platform(names=("weibo", "sina weibo"), hosts=("weibo.com", "weibo.cn"), before=("n", "u")),
    Platform(names=("bluesky", "bsky"), hosts=("bsky.app",), before=("profile",)),
    Platform(names=("mastodon",)),
)
_BY_NAME: Final[Mapping[str, Platform]] = {name: one for one in PLATFORMS for name in one.names}
_BY_HOST: Final[Mapping[str, Platform]] = {host: one for one in PLATFORMS for host in one.hosts}
# What looks like the name of a platform is none, or one account could stand on record twice.
_BY_LOOKS: Final[Mapping[str, str]] = {skeleton(name): name for name in _BY_NAME}
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
_HOST: Final = re.compile(
    r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+"
)
_LONGEST_HOST: Final = 253
_MOBILE: Final = ("www.", "m.", "mobile.", "web.")
# A channel of YouTube by its number: there, capitals count.
_NUMBERED: Final = re.compile(r"UC[\w-]{22}", re.ASCII)


def settled(voice: Voice) -> Voice:
    """Return an official account or domain under its one spelling; capitals stay as written.

    Raises:
        RecordError: There can be no such account on its platform, or no such domain.
    """
    platform, name = _one_spelling(voice.kind, voice.platform, voice.name)
    return msgspec.structs.replace(voice, name=name, platform=platform)


def _one_spelling(kind: str, platform: str, name: str) -> tuple[str, str]:
    if kind == "domain":
        return "", _domain(name)
    if not platform and not _is_address(name):
        raise RecordError(
            "an account without its platform", place="platform", hint="fill `platform`"
        )
    platform, handle = _account(name, platform)
    known = _BY_NAME.get(platform)
    if known and known.handles and not re.fullmatch(known.handles, handle):
        bad = next((one for one in handle if not re.fullmatch(known.signs, one)), "")
        raise RecordError(
            f"this name can be no account on {platform}" + (f": {_called(bad)}" if bad else ""),
            place="name",
            hint="copy the handle from the platform; letters of other scripts look alike",
        )
    if not handle:
        raise RecordError("the account has no name", place="name", hint="write the handle")
    return platform, handle


def account_of(voice: Voice) -> tuple[str, str]:
    """Return platform and name by which an account or a domain is compared."""
    return _compared(voice)[0]


def _compared(voice: Voice) -> tuple[tuple[str, str], tuple[str, ...]]:
    """Return what an account is compared by, and the skeleton of what looks like it."""
    return _spelled(voice.kind, voice.platform, voice.name)


# Asked several times for each row of a table.
@lru_cache(maxsize=1 << 16)
def _spelled(kind: str, platform: str, name: str) -> tuple[tuple[str, str], tuple[str, ...]]:
    account = _account_of(kind, platform, name)
    told = readable(account[1]) if kind == "domain" else account[1]
    return account, (kind, skeleton(account[0]), skeleton(told))


def _account_of(kind: str, platform: str, name: str) -> tuple[str, str]:
    try:
        platform, name = _one_spelling(kind, platform, name)
    except RecordError:
        return platform.casefold(), name.casefold()  # kept before there were rules
    if kind == "domain" or _NUMBERED.fullmatch(name):
        return platform, name
    known = _BY_NAME.get(platform)
    name = name.casefold()
    for sign in known.unread if known else "":
        name = name.replace(sign, "")
    return platform, name


def spellings(platform: str) -> tuple[str, ...]:
    """Return how posts may call a platform.

    >>> spellings("x")
    ('x', 'X', 'twitter', 'Twitter', 'TWITTER')
    """
    known = _BY_NAME.get(_plain(platform).casefold())
    names = known.names if known else (platform,)
    every = (form for name in names for form in (name, name.title(), name.upper()))
    return tuple(dict.fromkeys((*every,) if known else (platform, *every)))


def verify_told_apart(
    rows: Sequence[tuple[int, msgspec.Struct]], on_record: Mapping[str, msgspec.Struct]
) -> list[tuple[int, RecordError]]:
    """Return the rows that look like another official account or domain, with the reason.

    Args:
        rows: What comes in, with its lines.
        on_record: By key, the rows that stand.
    """
    coming = {row.key for _, row in rows if isinstance(row, Voice)}
    known = _Known(
        one for key, one in on_record.items() if isinstance(one, Voice) and key not in coming
    )
    faults: list[tuple[int, RecordError]] = []
    for line, row in rows:
        if not isinstance(row, Voice):
            continue
        other = None if on_record.get(row.key) == row else known.alike(row)
        if other is None:
            known.add(row)
            continue
        what = (
            f"the official account of {other.state} in the row {other.key!r}"
            if other.kind == "account"
            else f"the official domain of {other.state} in the row {other.key!r}"
        )
        faults.append(
            (
                line,
                RecordError(
                    f"looks like {other.name[:60]!r}, {what}, and is another",
                    place="name",
                    hint=f"if both are official, write {other.key} into `alike`",
                ),
            )
        )
    return faults


class _Known:
    """Official accounts and domains by their skeletons."""

    def __init__(self, voices: Iterable[Voice]) -> None:
        self._by_skeleton: dict[tuple[str, ...], dict[tuple[str, str], Voice]] = defaultdict(dict)
        self._account: dict[str, tuple[str, str]] = {}
        self._said: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for one in voices:
            self.add(one)

    def add(self, voice: Voice) -> None:
        """Let in one more."""
        account, looks = _compared(voice)
        self._by_skeleton[looks].setdefault(account, voice)
        self._account[voice.key] = account
        for key in voice.alike:
            self._said[key].add(account)

    def alike(self, voice: Voice) -> Voice | None:
        """Return one that it looks like and is not, unless somebody said that both are official."""
        account, looks = _compared(voice)
        told = {self._account.get(key) for key in voice.alike} | self._said[voice.key] | {account}
        near = self._by_skeleton.get(looks, {})
        return next((other for one, other in near.items() if one not in told), None)


def _account(name: str, platform: str) -> tuple[str, str]:
    called = _plain(platform).casefold().removeprefix("www.")
    known = _BY_NAME.get(called) or _BY_HOST.get(called)
    if known:
        called = known.names[0]
    elif (looks := _BY_LOOKS.get(skeleton(called))) is not None:
        raise RecordError(
            f"the platform {called[:40]!r} looks like {looks!r}, and is another",
            place="platform",
            hint=f"write {looks}, in plain letters; if it is another platform, name it otherwise",
        )
    if not _is_address(name):
        return called, _plain(name)
    at, handle = _of_address(name, called)
    if called and at != called:
        raise RecordError(
            f"the address is one of {at}, the platform is {called[:40]}",
            place="platform",
            hint="leave one of them out, or correct it",
        )
    return at, handle


def _of_address(address: str, called: str) -> tuple[str, str]:
    """Return platform and handle of the address of a profile."""
    text = address if _ADDRESS.match(address) else f"https://{address}"
    parts = urlsplit(text)
    _verify_no_user(parts.netloc)
    host = _bare_host(parts.hostname or "")
    known = _BY_HOST.get(host)
    path = [unquote(part) for part in parts.path.split("/") if part]
    if known is None and called == "mastodon" and path:
        return called, f"{_plain(path[0])}@{host}"
    if known is None:
        raise RecordError(
            f"no platform is known at {host[:60]!r}",
            place="name",
            hint="write the handle, and the platform beside it",
        )
    if path[1:] and path[0] in known.before:
        path = path[1:]
    if not path:
        raise RecordError("the address names no account", place="name", hint="write the handle")
    return known.names[0], _plain(path[0])


def _domain(name: str) -> str:
    text = name if _ADDRESS.match(name) else f"https://{name}"
    try:
        parts = urlsplit(text)
        _verify_no_user(parts.netloc)
        host = (parts.hostname or "").rstrip(".\u3002")
        ascii_name = idna.encode(host, uts46=True).decode().removesuffix(".")
        idna.decode(ascii_name)
    except (idna.IDNAError, UnicodeError, ValueError) as bad:
        raise _no_domain(name) from bad
    bare = ascii_name.removeprefix("www.")
    ascii_name = bare if "." in bare else ascii_name
    if (
        not _HOST.fullmatch(ascii_name)
        or len(ascii_name) > _LONGEST_HOST
        or ascii_name.rpartition(".")[2].isdigit()
    ):
        raise _no_domain(name)
    return ascii_name


def _verify_no_user(netloc: str) -> None:
    """Require an address without a user part, which reads as the host and is not.

    Raises:
        RecordError: Something stands before an `@`.
    """
    if "@" in netloc:
        raise RecordError(
            f"the address names a user before the host: {netloc[:80]!r}",
            place="name",
            hint="write the host alone, as ministry.example",
        )


def _no_domain(name: str) -> RecordError:
    return RecordError(
        f"{name[:60]!r} is no domain", place="name", hint="write it as ministry.example"
    )


def _is_address(name: str) -> bool:
    bare = _ADDRESS.sub("", name, count=1)
    host, slash, _ = bare.partition("/")
    return bool(slash) and (bare != name or _bare_host(host.casefold()) in _BY_HOST)


def _bare_host(host: str) -> str:
    for front in _MOBILE:
        if host.startswith(front) and host.count(".") > 1:
            return host.removeprefix(front)
    return host


def _plain(text: str) -> str:
    """Return a name without `@` before it, without what nobody sees, in plain forms of letters."""
    seen = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFKC", seen).strip().lstrip("@").strip()


def _called(sign: str) -> str:
    return f"{sign!r} ({unicodedata.name(sign, f'U+{ord(sign):04X}')})"
