"""Key files of holders: each kind is read as itself alone."""

from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from legation.crypto.holder_files import (
    Kind,
    Seeds,
    TokenKey,
    identity_of,
    needs_passphrase,
    new_seeds,
    read_held,
    witness_of,
    write_held,
)
from legation.crypto.key_files import read_keys
from legation.crypto.locked_files import UNPROTECTED, Passphrase, write_locked
from legation.errors import (
    BadInputError,
    ConflictError,
    DeniedError,
    NotFoundError,
    UsageError,
    VerificationError,
)

WORDS, WRONG = Passphrase("correct horse battery staple"), Passphrase("correct horse battery")
TOKEN = TokenKey(token="card", label="root", ed25519=bytes(32), ml_dsa=bytes(32))  # noqa: S106


SEEDS = {kind: new_seeds() for kind in Kind}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[Kind, Path]:
    """One file of each kind; a passphrase costs time, so two have none."""
    folder = tmp_path_factory.mktemp("keys")
    paths = {kind: folder / f"{kind}.key" for kind in Kind}
    for kind, path in paths.items():
        write_held(path, kind, SEEDS[kind], UNPROTECTED if kind.may_be_unprotected else WORDS)
    return paths


@pytest.mark.parametrize("kind", Kind)
def test_a_key_file_says_its_kind_and_how_it_is_protected(
    kind: Kind, written: dict[Kind, Path]
) -> None:
    content = written[kind].read_bytes()
    open_kind = kind in (Kind.LOG, Kind.WITNESS)
    how = "unprotected\n" if open_kind else "argon2id m="
    assert content.startswith(f"legation {kind} key 1 {how}".encode())
    assert written[kind].stat().st_mode & 0o777 == 0o600
    assert needs_passphrase(written[kind]) is not open_kind
    if not open_kind:
        assert SEEDS[kind].ed25519 not in content
        assert b"ml_dsa" not in content


def test_a_key_is_read_with_its_passphrase_alone(written: dict[Kind, Path]) -> None:
    assert read_held(written[Kind.ROOT], Kind.ROOT, WORDS) == SEEDS[Kind.ROOT]
    with pytest.raises(VerificationError, match="passphrase is wrong"):
        read_held(written[Kind.ROOT], Kind.ROOT, WRONG)
    with pytest.raises(DeniedError, match="needs its passphrase"):
        read_held(written[Kind.ROOT], Kind.ROOT, UNPROTECTED)
    with pytest.raises(DeniedError, match="unprotected"):
        read_held(written[Kind.LOG], Kind.LOG, WORDS)


@pytest.mark.parametrize(("is_of", "asked"), list(permutations(Kind, 2)))
def test_a_key_of_one_kind_is_not_read_as_another(
    written: dict[Kind, Path], is_of: Kind, asked: Kind
) -> None:
    with pytest.raises(BadInputError, match=f"holds '{is_of} key', not '{asked} key'"):
        read_held(written[is_of], asked, WORDS)


def test_a_first_line_of_another_kind_does_not_open(written: dict[Kind, Path]) -> None:
    renamed = written[Kind.ROOT].with_name("renamed.key")
    content = written[Kind.ISSUER].read_bytes().replace(b"issuer key", b"root key")
    renamed.touch(mode=0o600)
    renamed.write_bytes(content)
    with pytest.raises(VerificationError, match="was changed"):
        read_held(renamed, Kind.ROOT, WORDS)


def test_a_desk_s_keys_and_a_holder_s_are_not_taken_for_each_other(
    written: dict[Kind, Path],
) -> None:
    with pytest.raises(BadInputError, match="not 'keys'"):
        read_keys(written[Kind.ISSUER], WORDS)


@pytest.mark.parametrize("kind", Kind)
def test_only_a_log_and_a_witness_may_be_without_a_passphrase(kind: Kind, tmp_path: Path) -> None:
    path, seeds = tmp_path / "a.key", new_seeds()
    if kind in (Kind.LOG, Kind.WITNESS):
        write_held(path, kind, seeds, UNPROTECTED)
        assert read_held(path, kind, UNPROTECTED) == seeds
    else:
        with pytest.raises(UsageError, match="under a passphrase"):
            write_held(path, kind, seeds, UNPROTECTED)
        assert not path.exists()


def test_a_file_there_already_is_kept_and_one_that_others_may_read_refused(
    written: dict[Kind, Path],
) -> None:
    path = written[Kind.ROOT]
    with pytest.raises(ConflictError):
        write_held(path, Kind.ROOT, new_seeds(), WORDS)
    path.chmod(0o644)
    with pytest.raises(DeniedError, match="others may read"):
        read_held(path, Kind.ROOT, WORDS)
    path.chmod(0o600)
    with pytest.raises(NotFoundError):
        read_held(path.with_name("none"), Kind.ROOT, WORDS)


@pytest.mark.parametrize(
    "held",
    [
        Seeds(ed25519=bytes(31), ml_dsa=bytes(32)),
        msgspec.structs.replace(TOKEN, ml_dsa=None),
        msgspec.structs.replace(TOKEN, ml_dsa_public=bytes(1952)),
        msgspec.structs.replace(TOKEN, ed25519=b""),
    ],
)
def test_what_is_no_whole_key_is_neither_written_nor_read(
    held: Seeds | TokenKey, tmp_path: Path
) -> None:
    path = tmp_path / "a.key"
    with pytest.raises(BadInputError):
        write_held(path, Kind.LOG, held, UNPROTECTED)
    write_locked(path, Kind.LOG.heading, msgspec.json.encode(held), UNPROTECTED)
    with pytest.raises(BadInputError):
        read_held(path, Kind.LOG, UNPROTECTED)


def test_content_of_another_version_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    write_locked(path, Kind.LOG.heading, b'{"type":"shares"}', UNPROTECTED)
    with pytest.raises(BadInputError, match="not of this version"):
        read_held(path, Kind.LOG, UNPROTECTED)


def test_a_witness_s_key_is_in_no_token(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no token"):
        write_held(tmp_path / "a.key", Kind.WITNESS, TOKEN, WORDS)


def test_secrets_show_in_no_representation() -> None:
    seeds = new_seeds()
    assert repr(seeds) == "Seeds(...)"
    assert "\\x00" not in repr(TOKEN)
    assert repr(identity_of(seeds)) == "SigningIdentity()"
    assert repr(witness_of(seeds)) == "WitnessIdentity()"
    assert len({*new_seeds().__struct_fields__}) == 2
    assert seeds != new_seeds()
