"""A campaign's network as it is shown: groups first, accounts where a reader opens a group.

Ten thousand accounts in one picture say nothing and stop a browser. Members are therefore
gathered by community and role, and an address opens a group (`?open=1-amplifier`). At most
1,500 vertices and 5,000 links are sent, the strongest first; what is left out is counted.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, final

import msgspec

from legation.desk.reading import Link, Links
from legation.errors import NotFoundError
from legation.threats.disinformation.findings import Campaign, Member

MOST_VERTICES: Final = 1_500
MOST_LINKS: Final = 5_000
_MOST_GROUPS: Final = 400
_REST: Final = "rest"
_SMALL: Final = 200
NONE: Final = "none"
_ROLES: Final = {"originator": "originators", "amplifier": "amplifiers", "bridge": "bridges"}
ROLE_PLACES: Final = {role: place for place, role in enumerate(_ROLES)}


@final
class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Members of one community and role.

    Attributes:
        key: Its name in addresses.
        name: Its name on pages.
        members: Best attested first.
        opened: Whether its members are shown one by one.
        shown: Of its members, how many are; the others stand together in the group's vertex.
        inside: Ties between its own members, whether they are shown one by one or not.
    """

    key: str
    name: str
    role: str
    members: tuple[Member, ...]
    opened: bool = False
    shown: int = 0
    inside: int = 0


@final
class Vertex(msgspec.Struct, frozen=True, kw_only=True):
    """A group, or one account of an opened group.

    Attributes:
        size: Accounts that it stands for.
        group: Key of its group.
        account: True for one account; then `key` is its id.
    """

    key: str
    name: str
    role: str
    size: int
    group: str
    account: bool = False


@final
class Network(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of a campaign's network, and what is not.

    Attributes:
        links: Between vertices, strongest first.
        links_left_out: Links that the limit cut off.
        accounts_left_out: Accounts of opened groups that stand together in their group.
        ties: All ties of the campaign.
    """

    groups: tuple[Group, ...]
    vertices: tuple[Vertex, ...]
    links: tuple[Link, ...]
    links_left_out: int
    accounts_left_out: int
    ties: int
    opened: tuple[str, ...]

    def named(self, key: str) -> str:
        """Return the name of a vertex."""
        return next((one.name for one in self.vertices if one.key == key), key)


def groups_of(campaign: Campaign) -> tuple[Group, ...]:
    """Gather members by community and role, the largest community first.

    Communities beyond the four hundredth group stand together.
    """
    found: dict[tuple[int, str], list[Member]] = defaultdict(list)
    for member in campaign.accounts:
        found[member.part or 0, member.role].append(member)
    order = sorted(found, key=lambda at: (at[0] == 0, at[0], ROLE_PLACES[at[1]]))
    groups = [
        Group(key=f"{part}-{role}", name=_name(part, role), role=role, members=tuple(members))
        for part, role in order
        for members in [found[part, role]]
    ]
    if len(groups) <= _MOST_GROUPS:
        return tuple(groups)
    groups.sort(key=lambda group: -len(group.members))
    few = tuple(member for group in groups[_MOST_GROUPS - 1 :] for member in group.members)
    number = len(groups) - _MOST_GROUPS + 1
    rest = Group(key=_REST, name=f"{number} small groups", role="amplifier", members=few)
    return (*groups[: _MOST_GROUPS - 1], rest)


def network_of(
    campaign: Campaign,
    opened: Sequence[str],
    links: Callable[[Mapping[str, str]], Links],
) -> Network:
    """Return what is shown of a campaign's network.

    Args:
        campaign: The campaign.
        opened: Keys of the groups whose accounts are shown.
        links: Gathers the ties between vertices; is asked a second time where a group is open.

    Raises:
        NotFoundError: There is no such group.
    """
    groups = groups_of(campaign)
    unknown = set(opened) - {group.key for group in groups}
    if unknown:
        raise NotFoundError(f"no group {min(unknown)!r}", hint="open a group from the list")
    room = MOST_VERTICES - len(groups)
    shown: dict[str, int] = {}
    for group in groups:
        if group.key in opened:
            shown[group.key] = min(len(group.members), room)
            room -= shown[group.key]
    vertices = [vertex for group in groups for vertex in _vertices(group, shown.get(group.key, 0))]
    between = links(_places(groups, shown))
    # Lines between accounts are cut at the limit, so the ties of an open group are counted apart.
    closed = links(_places(groups, {})) if shown else between
    inside = {link.a: link.ties for link in closed.inside}
    told = [
        msgspec.structs.replace(
            group,
            opened=group.key in opened,
            shown=shown.get(group.key, 0),
            inside=inside.get(group.key, 0),
        )
        for group in groups
    ]
    return Network(
        groups=tuple(told),
        vertices=tuple(vertices),
        links=between.between,
        links_left_out=between.total - len(between.between),
        accounts_left_out=sum(len(one.members) - one.shown for one in told if one.opened),
        ties=between.ties,
        opened=tuple(group.key for group in told if group.opened),
    )


def members_of(campaign: Campaign, key: str) -> tuple[Member, ...]:
    """Return the members of a group.

    Raises:
        NotFoundError: There is no such group.
    """
    for group in groups_of(campaign):
        if group.key == key:
            return group.members
    raise NotFoundError(f"no group {key!r}", hint="open a group from the list")


def opened_by(asked: str | None, campaign: Campaign) -> tuple[str, ...]:
    """Return which groups an address opens; a small network of one group stands open at first.

    Args:
        asked: `open` of the address; `none` closes all.
        campaign: Whose network.
    """
    if asked is None:
        groups = groups_of(campaign)
        alone = len(groups) == 1 and len(groups[0].members) <= _SMALL
        return (groups[0].key,) if alone else ()
    return tuple(dict.fromkeys(key for key in asked.split(",") if key not in ("", NONE)))


def toggled(opened: Collection[str], key: str) -> str:
    """Return `open` of an address with one group turned round.

    >>> toggled(("1-bridge", "2-bridge"), "1-bridge"), toggled(("1-bridge",), "1-bridge")
    ('2-bridge', 'none')
    """
    return shown_as([one for one in opened if one != key] if key in opened else [*opened, key])


def shown_as(opened: Collection[str]) -> str:
    """Return `open` of an address that opens these groups."""
    return ",".join(opened) or NONE


def _name(part: int, role: str) -> str:
    return f"Community {part}, {_ROLES[role]}" if part else f"No community, {_ROLES[role]}"


def _vertices(group: Group, shown: int) -> list[Vertex]:
    rest = len(group.members) - shown
    own = [
        Vertex(
            key=member.account_id,
            name=member.account_id,
            role=member.role,
            size=1,
            group=group.key,
            account=True,
        )
        for member in group.members[:shown]
    ]
    name = f"{group.name}: the others" if shown else group.name
    whole = Vertex(key=group.key, name=name, role=group.role, size=rest, group=group.key)
    return [*own, whole] if rest else own


def _places(groups: Sequence[Group], shown: Mapping[str, int]) -> dict[str, str]:
    return {
        member.account_id: member.account_id if at < shown.get(group.key, 0) else group.key
        for group in groups
        for at, member in enumerate(group.members)
    }
