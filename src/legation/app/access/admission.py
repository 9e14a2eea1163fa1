"""Who may enter by an identity provider: one reviewed file, from its groups to our roles.

A provider says who somebody is and in which groups; what that means here stands in one file
that a security officer can read. Somebody unknown is admitted only by a group in it.
No group gives the role of an administrator: who takes the provider over must not have the
desk, and whoever repairs it must come in without the provider.
"""

import stat
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

import msgspec

from legation.errors import BadInputError, DeniedError, NotFoundError, UsageError
from legation.rights.roles import Role, read_roles
from legation.settings import at_home

if TYPE_CHECKING:
    from legation.settings import Settings

_HINT: Final = "see docs/how-to/log-in-by-a-provider.md"
_LARGEST: Final = 4096


class Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One group of the provider, by its exact name, and the roles that it gives."""

    name: str
    roles: tuple[str, ...]


@final
class Admission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mapping file.

    Attributes:
        name: What the provider is called on the log-in page.
        claim: Which claim of an ID token lists the groups.
        group: The groups.
    """

    name: str = "your organisation"
    claim: str = "groups"
    group: tuple[Group, ...] = ()

    def roles_of(self, groups: Collection[str]) -> tuple[Role, ...]:
        """Return the roles of somebody in these groups.

        Raises:
            DeniedError: None of them is admitted, or they would make an auditor of somebody
                with another role.
        """
        names = {role for group in self.group if group.name in groups for role in group.roles}
        if not names:
            raise DeniedError(
                "none of your groups is admitted to this desk",
                hint="ask the desk's security officer to add your group",
            )
        try:
            return read_roles(names)
        except UsageError as both:
            raise DeniedError(
                "your groups make you an auditor and give you another role",
                hint="ask whoever keeps the groups to take one away",
            ) from both


@final
class Client(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk is to its identity provider.

    Attributes:
        issuer: The provider, exactly as its tokens name it.
        client_id: The desk, as the provider knows it.
        secret: What proves it; empty for a public client.
        admission: Whom it lets in.
    """

    issuer: str
    client_id: str
    secret: str
    admission: Admission

    def __repr__(self) -> str:
        """Show nothing secret."""
        return f"Client(issuer={self.issuer!r})"


def read_client(settings: "Settings") -> Client | None:
    """Return what the settings say of an identity provider; None when they name none.

    Raises:
        UsageError: A part is missing, or the address is not of the right kind.
        BadInputError: The mapping file does not hold.
        NotFoundError: A file is not there.
        DeniedError: Others may read the secret.
    """
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id:
        raise UsageError("the provider needs the setting oidc_client_id", hint=_HINT)
    if not is_safe(settings.oidc_issuer) or "?" in settings.oidc_issuer:
        raise UsageError(
            f"{settings.oidc_issuer!r} is no address of a provider",
            hint="it begins with https://, as the provider's own tokens say",
        )
    secret = _secret(Path(settings.oidc_secret_file)) if settings.oidc_secret_file else ""
    admission = read_admission(Path(settings.oidc_groups)) if settings.oidc_groups else Admission()
    return Client(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        secret=secret,
        admission=admission,
    )


def is_safe(address: str) -> bool:
    """Tell whether an address is of TLS, or of this machine.

    >>> is_safe("https://id.example"), is_safe("http://id.example"), is_safe("http://127.0.0.1:8")
    (True, False, True)
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        named = parts.hostname
    except ValueError:
        return False
    if not named or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and named in ("localhost", "127.0.0.1", "::1")
    )


def read_admission(file: Path) -> Admission:
    """Read the mapping file.

    Raises:
        NotFoundError: It is not there.
        BadInputError: It is no TOML, holds something unknown, or gives a role that it may not.
    """
    try:
        text = at_home(file, "oidc_groups").read_text("utf-8")
        found = msgspec.convert(tomllib.loads(text), Admission)
    except FileNotFoundError as gone:
        raise NotFoundError(f"no mapping file at {file}", hint="see oidc_groups") from gone
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as bad:
        raise BadInputError(str(bad), place=str(file), hint=_HINT) from bad
    for group in found.group:
        _refuse_group(group, file)
    names = [group.name for group in found.group]
    if len(set(names)) < len(names):
        raise BadInputError("a group stands twice in it", place=str(file), hint=_HINT)
    return found


def _refuse_group(group: Group, file: Path) -> None:
    try:
        roles = read_roles(group.roles)
    except UsageError as bad:
        raise BadInputError(f"group {group.name!r}: {bad}", place=str(file), hint=bad.hint) from bad
    if "administrator" in roles:
        raise BadInputError(
            f"group {group.name!r} would make administrators",
            place=str(file),
            hint="administrators are added on the host and enter by passkey",
        )


def _secret(file: Path) -> str:
    file = at_home(file, "oidc_secret_file")
    try:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise DeniedError(f"others may read {file}", hint=f"run: chmod 600 {file}")
        secret = file.read_text("utf-8")[:_LARGEST].strip()
    except FileNotFoundError as gone:
        raise NotFoundError(f"no secret file at {file}", hint="see oidc_secret_file") from gone
    except UnicodeDecodeError as bad:
        raise BadInputError("not UTF-8", place=str(file), hint="one line of text") from bad
    if not secret:
        raise BadInputError("the secret file is empty", place=str(file), hint=_HINT)
    return secret
