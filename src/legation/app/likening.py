"""Joins by likeness: what the store reads and what the detector gains from it.

Asked only when a campaign was found, because likeness never founds one.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from legation.threats.disinformation.batches import SIMILARITY, Batches

if TYPE_CHECKING:
    from legation.store.coaction import Columns, Prepared
    from legation.threats.disinformation.coordination import Found, Rule
    from legation.threats.disinformation.likened import Likened


def liken(
    prepared: "Prepared",
    found: "Found",
    batches: Batches,
    rule: "Rule",
    selves: "Columns",
) -> "tuple[Likened, ...]":
    """Return what each campaign gains by likeness; nothing where the rule leaves it out.

    Who is a member already under another name of the same handle does not join again.
    """
    from legation.store.traits import trait_columns
    from legation.store.wordings import wording_columns
    from legation.threats.disinformation import likened
    from legation.threats.disinformation.similarity import Wordings
    from legation.threats.disinformation.traits import Profiles

    if SIMILARITY not in rule.layers or not found.clusters:
        return tuple(likened.nobody() for _ in found.clusters)
    wordings = Wordings(**wording_columns(prepared.connection))
    profiles = Profiles(**trait_columns(prepared.connection))
    pairs = tuple(selves[name] for name in ("account_a", "account_b")) if selves else ()
    return likened.liken(wordings, profiles, found, batches, fdr=rule.fdr, selves=pairs)


def proofs_of(prepared: "Prepared", likened: "tuple[Likened, ...]") -> dict[str, Any] | None:
    """Return the likenesses as rows of evidence, the lower account first; None without any."""
    from legation.store.wordings import wording_posts

    uses = [one.uses for one in likened]
    if not sum(len(one.account) for one in uses):
        return None
    of = np.repeat(np.arange(len(uses)), [len(one.account) for one in uses])
    account, feature, time, member, member_time = (
        np.concatenate([getattr(one, name) for one in uses])
        for name in ("account", "feature", "time", "member", "member_time")
    )
    post, digest = wording_posts(prepared.connection, account, feature, time)
    member_post, _ = wording_posts(prepared.connection, member, feature, member_time)
    first = account < member
    sides = {
        "account": (account, member),
        "post": (post, member_post),
        "time": (time, member_time),
    }
    rows: dict[str, Any] = {"campaign": of, "object": np.asarray(digest, np.object_)}
    for name, (own, theirs) in sides.items():
        rows[f"{name}_a"] = np.where(first, own, theirs)
        rows[f"{name}_b"] = np.where(first, theirs, own)
    return rows
