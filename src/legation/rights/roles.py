"""Who may do what: one table from roles to verbs, for every door.

A verb is named as in the audit trail. Each address of the desk declares the one it needs; what
declares none is closed. An administrator manages people and reads no content; an auditor
reads the log and no content. A person with several roles has the verbs of all of them;
an auditor has no other role, or the log would be read by those whom it is about.
"""

from collections.abc import Collection
from typing import Final, Literal, get_args

from legation.errors import DeniedError, UsageError

Role = Literal[
    "analyst",
    "security officer",
    "contact point",
    "press",
    "policy",
    "legal",
    "exercise lead",
    "auditor",
    "administrator",
]
Verb = Literal[
    "door.see",
    "own.session",
    "own.kit",
    "words.read",
    "search.read",
    "create.see",
    "campaign.read",
    "campaign.export",
    "campaign.mark",
    "label.set",
    "filter.save",
    "filter.share",
    "act.undo",
    "import.posts",
    "import.undo",
    "detect.coordination",
    "job.read",
    "job.cancel",
    "job.others",
    "audit.read",
    "audit.export",
    "person.read",
    "person.add",
    "person.disable",
]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
# Without a log-in: the way in, and what its pages are drawn with.
OPEN_VERBS: Final[frozenset[Verb]] = frozenset({"door.see"})
# Of everybody who is signed in, whatever the role.
COMMON_VERBS: Final[frozenset[Verb]] = OPEN_VERBS | {
    "own.session",
    "own.kit",
    "words.read",
    "search.read",
    "create.see",
}
# What a program may do with a token in place of a person.
TOKEN_VERBS: Final[frozenset[Verb]] = frozenset({"campaign.export", "audit.export"})

_READING: Final[frozenset[Verb]] = frozenset({"campaign.read", "job.read", "filter.save"})
_CONTENT: Final[frozenset[Verb]] = _READING | {
    "campaign.export",
    "campaign.mark",
    "filter.share",
    "act.undo",
    "job.cancel",
}
# What changes which posts there are, and what is found in them.
_WORK: Final[frozenset[Verb]] = frozenset({"import.posts", "import.undo", "detect.coordination"})
_LOG: Final[frozenset[Verb]] = frozenset({"audit.read", "audit.export"})
MAY: Final[dict[Role, frozenset[Verb]]] = {
    "analyst": _CONTENT | _WORK | {"label.set"},
    "security officer": _CONTENT | _WORK | _LOG | {"label.set", "job.others"},
    "contact point": _READING,
    "press": _READING,
    "policy": _CONTENT,
    "legal": _CONTENT | {"audit.read"},
    "exercise lead": _READING,
    "auditor": _LOG,
    "administrator": frozenset({"person.read", "person.add", "person.disable"}),
}
_ALONE: Final[Role] = "auditor"


def verbs_of(roles: Collection[Role]) -> frozenset[Verb]:
    """Return what a person with these roles may do.

    >>> sorted(verbs_of(["auditor"]) - COMMON_VERBS)
    ['audit.export', 'audit.read']
    """
    return COMMON_VERBS.union(*(MAY[role] for role in roles))


def require(verbs: Collection[str], verb: str, *, who: str) -> None:
    """Refuse an act that is not among what somebody may do.

    Args:
        verbs: What they may.
        verb: What they want.
        who: How they are told: their roles, or their token.

    Raises:
        DeniedError: They may not.
    """
    if verb not in verbs:
        may = ", ".join(role for role in ROLES if verb in verbs_of([role])) or "nobody"
        raise DeniedError(f"{who} may not do this ({verb})", hint=f"ask somebody who may: {may}")


def read_roles(names: Collection[str]) -> tuple[Role, ...]:
    """Return roles by their names, each once, in the order of the table.

    Raises:
        UsageError: There is none, one is not known, or an auditor would have another role.
    """
    for name in names:
        if name not in ROLES:
            raise UsageError(f"no role {name!r}", hint=f"choose from: {', '.join(ROLES)}")
    roles = tuple(role for role in ROLES if role in names)
    if not roles:
        raise UsageError("no role is given", hint=f"choose from: {', '.join(ROLES)}")
    if _ALONE in roles and len(roles) > 1:
        raise UsageError(
            "an auditor has no other role", hint="the log must not be read by those in it"
        )
    return roles


def read_scopes(names: Collection[str]) -> tuple[Verb, ...]:
    """Return the verbs that a token is made for.

    Raises:
        UsageError: There is none, or one is not for tokens.
    """
    known = sorted(TOKEN_VERBS)
    for name in names:
        if name not in known:
            raise UsageError(f"no token is made for {name!r}", hint=f"choose from: {known}")
    if not names:
        raise UsageError("no scope is given", hint=f"choose from: {', '.join(known)}")
    return tuple(verb for verb in VERBS if verb in names)
