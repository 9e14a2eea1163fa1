"""The way from an anchor to the newest key directory, by the rules of TUF.

A root set signs its own successor, so whoever trusts one set (the anchor) can follow to the next
without asking anybody. Older versions are refused (roll-back), so are expired ones (freeze) and
two that claim one version (fork). What is refused raises; there is no half-trusted directory.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from legation.crypto.directory.directory import PURPOSE, Directory
from legation.crypto.directory.files import (
    DirectoryFile,
    RootSignature,
    read_directory_file,
)
from legation.crypto.directory.roots import Anchor, RootSet, fingerprint_of
from legation.crypto.directory.text import read_directory, time_text, write_directory
from legation.crypto.signing import Signer, sign, verify
from legation.errors import VerificationError

MOST_VERSIONS: Final = 10_000
"""How many files are followed at once; more can be thinned out where the root set stayed."""

_THIN = "leave out versions between two with the same root keys"
_COMPARE = "compare the anchor with what the ministry printed, and get all versions from the first"
_AGAIN = "get the newest directory from the register, or from another mirror; check the clock"
_FORK = "keep both files: they are evidence; ask the ministry over another channel which is right"
_BETWEEN = "get the versions between them as well"


def sign_directory(directory: Directory, signers: Iterable[Signer]) -> DirectoryFile:
    """Write a directory and sign it by some of its root keys, or those of the version before.

    Args:
        directory: What is said.
        signers: Holders of root keys who are here; others add theirs by `add_signature`.

    Raises:
        BadInputError: It is too long.
        SelfTestError: A primitive does not give its published answer.
    """
    file = DirectoryFile(signed=write_directory(directory))
    for signer in signers:
        file = add_signature(file, signer)
    return file


def add_signature(file: DirectoryFile, signer: Signer) -> DirectoryFile:
    """Return the file with one holder's signature.

    Args:
        file: A draft, whose content its holder has read.
        signer: A root key, of this version or the one before.

    Raises:
        BadInputError: It is no directory, or has too many signatures.
        SelfTestError: A primitive does not give its published answer.
    """
    read_directory(file.signed)
    by = fingerprint_of(signer.public())
    signature = RootSignature(by=by, signature=sign(file.signed, PURPOSE, signer))
    return file.with_signatures([signature])


def follow(
    anchor: Anchor, files: Sequence[bytes], now: datetime, remembered: int | None
) -> Directory:
    """Follow from an anchor to the newest directory.

    Args:
        anchor: The root set that is trusted.
        files: Files of versions, the oldest first. Those before the first whose root set is the
            anchor's are passed over. A version may be missing where the root set did not change.
        now: The time, aware.
        remembered: The newest version that this reader has followed to before; None for none.

    Returns:
        The last one. Nothing else makes it trustworthy.

    Raises:
        BadInputError: A file is no key directory.
        VerificationError: A rule does not hold, a signature is missing or broken, a key is weak.
        SelfTestError: A primitive does not give its published answer.
    """
    if len(files) > MOST_VERSIONS:
        raise _refusal(f"more than {MOST_VERSIONS} versions", _THIN)
    last: Claimed | None = None
    for data in files:
        step = claimed(read_directory_file(data))
        if last is not None:
            verify_next(last, step)
        elif step.said.roots.anchor() == anchor:
            verify_signed(step.file, step.said.roots)
        else:
            continue
        last = step
    if last is None:
        raise _refusal(f"no version of the directory has the root keys of {anchor}", _COMPARE)
    newest = last.said
    if remembered is not None and newest.version < remembered:
        raise _refusal(f"version {newest.version} is older than {remembered}, seen before", _AGAIN)
    if now >= newest.expires:
        raise _refusal(f"the directory expired on {time_text(newest.expires)}", _AGAIN)
    return newest


class Claimed(NamedTuple):
    """A version that is not yet verified.

    Attributes:
        file: Its file.
        said: What its signed bytes say.
    """

    file: DirectoryFile
    said: Directory


def claimed(file: DirectoryFile) -> Claimed:
    """Return what a file claims.

    Raises:
        BadInputError: It is no key directory.
        VerificationError: A key in it is weak.
    """
    return Claimed(file, read_directory(file.signed))


def verify_next(before: Claimed, after: Claimed) -> None:
    """Verify that one version follows another that is trusted.

    Args:
        before: The trusted one.
        after: The other; on return it is trusted as well.

    Raises:
        VerificationError: It is older, a second one of the same version, names another one before
            it, skips a change of root keys, or too few root keys of either version signed it.
        SelfTestError: A primitive does not give its published answer.
    """
    old, new = before.said.version, after.said.version
    if new < old:
        raise _refusal(f"version {new} stands behind version {old}", _AGAIN)
    if new == old and after.file.signed != before.file.signed:
        raise _refusal(f"there are two directories of version {new}", _FORK)
    if new == old + 1 and after.said.previous != before.file.sha256:
        raise _refusal(f"version {new} names another version {old} before it", _FORK)
    same_roots = after.said.roots == before.said.roots
    if new > old + 1 and not same_roots:
        raise _refusal(f"the root keys changed between version {old} and {new}", _BETWEEN)
    verify_signed(after.file, before.said.roots)
    if not same_roots:
        verify_signed(after.file, after.said.roots)


def verify_signed(file: DirectoryFile, roots: RootSet) -> None:
    """Verify that enough keys of a root set signed a directory.

    Signatures of other keys are passed over: they prove nothing. Each counts once.

    Raises:
        VerificationError: One that a key of the set claims does not hold, or there are too few.
        SelfTestError: A primitive does not give its published answer.
    """
    known = roots.by_fingerprint()
    signed = {each.by: each.signature for each in file.signatures if each.by in known}
    for by, signature in signed.items():
        verify(file.signed, signature, PURPOSE, known[by])
    if len(signed) < roots.threshold:
        raise _refusal(
            f"{roots.threshold} of {len(known)} root keys must have signed; {len(signed)} have",
            "get the directory from another mirror, or ask the ministry for the complete one",
        )


def _refusal(what: str, hint: str) -> VerificationError:
    return VerificationError(what, hint=hint)
