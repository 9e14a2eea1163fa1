"""The names of roles and verbs, for every door.

A verb is named as in the audit trail. Each address of the desk declares the one it needs; what
declares none is closed. Which role may do what is said by the policies and nowhere else
(`need_to_know.cedar`); here stand only the verbs that no policy speaks of, because they
are everybody's. An auditor has no other role, or the log would be read by those whom
it is about.
"""

from collections.abc import Collection, Mapping, Sequence
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
    "own.keys",
    "words.read",
    "search.read",
    "create.see",
    "campaign.read",
    "campaign.export",
    "campaign.mark",
    "mission.read",
    "mission.write",
    "mission.export",
    "case.read",
    "case.write",
    "case.export",
    "case.sign",
    "partner.read",
    "partner.write",
    "share.read",
    "share.send",
    "share.export",
    "statement.read",
    "statement.draft",
    "statement.approve",
    "statement.publish",
    "statement.export",
    "fact.check",
    "order.read",
    "order.give",
    "personal.read",
    "label.set",
    "filter.save",
    "filter.share",
    "act.undo",
    "evidence.read",
    "evidence.add",
    "evidence.translate",
    "evidence.open",
    "evidence.export",
    "evidence.verify",
    "name.open",
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
    "own.notices",
    "notice.export",
    "duty.read",
    "duty.act",
    "duty.write",
    "duty.export",
    "clearance.set",
    "decision.read",
    "deletion.decide",
    "attribution.decide",
    "statement.decide",
]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
# What each verb lets somebody do, as a refusal says it: "the role press may not ...".
VERB_WORDS: Final[Mapping[Verb, str]] = {
    "door.see": "see the way in",
    "own.session": "have a session",
    "own.kit": "have a recovery kit",
    "own.keys": "change their keys",
    "words.read": "read the words of the pages",
    "search.read": "search",
    "create.see": "see what can be begun",
    "campaign.read": "read campaigns",
    "campaign.export": "take campaigns out as a file",
    "campaign.mark": "mark campaigns",
    "mission.read": "read missions and their balance",
    "mission.write": "write into the registers",
    "mission.export": "take registers out as a file",
    "case.read": "read cases",
    "case.write": "write into cases",
    "case.export": "take cases out as a file",
    "case.sign": "sign decisions in cases",
    "partner.read": "see who the partners are",
    "partner.write": "change the roster of partners",
    "share.read": "read what partners sent",
    "share.send": "send to partners",
    "share.export": "take what partners sent out as a file",
    "statement.read": "read statements and their drafts",
    "statement.draft": "draft statements",
    "statement.approve": "approve statements",
    "statement.publish": "sign and publish statements",
    "statement.export": "take statements and their drafts out as a file",
    "fact.check": "mark facts as checked",
    "order.read": "read orders",
    "order.give": "give orders",
    "personal.read": "read what is held of persons",
    "label.set": "set labels",
    "filter.save": "save filters",
    "filter.share": "share filters",
    "act.undo": "undo acts",
    "evidence.read": "read captured evidence",
    "evidence.add": "capture evidence",
    "evidence.translate": "translate evidence",
    "evidence.open": "open a captured file itself",
    "evidence.export": "take evidence out as a file",
    "evidence.verify": "check captured evidence",
    "name.open": "open a name in clear",
    "import.posts": "import posts",
    "import.undo": "take back an import",
    "detect.coordination": "look for campaigns",
    "job.read": "read jobs",
    "job.cancel": "cancel jobs",
    "job.others": "see the jobs of others",
    "audit.read": "read the audit trail",
    "audit.export": "take the audit trail out as a file",
    "person.read": "read the list of people",
    "person.add": "add people",
    "person.disable": "disable people",
    "own.notices": "read notices",
    "notice.export": "take notices out as a file",
    "duty.read": "read the duty",
    "duty.act": "take calls and shifts",
    "duty.write": "write the rota",
    "duty.export": "take the duty out as a file",
    "clearance.set": "set clearances",
    "decision.read": "read decisions",
    "deletion.decide": "decide on a deletion",
    "attribution.decide": "decide on an attribution",
    "statement.decide": "decide on a public statement",
}
# Without a log-in: the way in, and what its pages are drawn with.
OPEN_VERBS: Final[frozenset[Verb]] = frozenset({"door.see"})
# Of everybody who is signed in, whatever the role.
COMMON_VERBS: Final[frozenset[Verb]] = OPEN_VERBS | {
    "own.session",
    "own.kit",
    "own.keys",
    "own.notices",
    "words.read",
    "search.read",
    "create.see",
}
# What a program may do with a token in place of a person.
TOKEN_VERBS: Final[frozenset[Verb]] = frozenset({"campaign.export", "audit.export"})
# What the policies speak of: acts on the desk as a whole, and acts with an object.
DESK_VERBS: Final[frozenset[Verb]] = frozenset(VERBS) - COMMON_VERBS
ObjectVerb = Literal[
    "object.read",
    "campaign.export",
    "mission.export",
    "case.export",
    "share.export",
    "statement.export",
    "evidence.export",
    "evidence.open",
    "label.set",
    "label.widen",
]
OBJECT_VERBS: Final[frozenset[ObjectVerb]] = frozenset(get_args(ObjectVerb))

_ALONE: Final[Role] = "auditor"


def verbs_of(roles: Collection[str]) -> frozenset[Verb]:
    """Return what the shipped policies let somebody do who has these roles and may know all.

    >>> sorted(verbs_of(["auditor"]) - COMMON_VERBS)
    ['audit.export', 'audit.read']
    """
    from legation.rights.policies import read_policies, with_roles

    return read_policies("").verbs_of(with_roles(*roles))


def require(verbs: Collection[str], verb: str, *, who: str, may: Sequence[str] = ()) -> None:
    """Refuse an act that is not among what somebody may do.

    Args:
        verbs: What they may.
        verb: What they want.
        who: How they are told: their roles, or their token.
        may: The roles that may.

    Raises:
        DeniedError: They may not.
    """
    if verb not in verbs:
        # Roles and act are words of the desk's own, which its catalogues know one by one.
        said, hint = (
            " may not ".join((who, _words_of(verb))),
            f"ask somebody who may: {_listed(may)}",
        )
        raise DeniedError(said, hint=hint)


def _listed(roles: Sequence[str]) -> str:
    return ", ".join(roles) or "nobody"


def _words_of(verb: str) -> str:
    """Return what a verb lets somebody do; a name that is no verb stands for itself."""
    return next((words for one, words in VERB_WORDS.items() if one == verb), verb)


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
