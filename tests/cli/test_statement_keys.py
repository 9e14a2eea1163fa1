"""`legation statement keys` and `directory`: a ceremony from the shell, and what it refuses."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from legation.app.statements.keys import PublicKey
from legation.crypto.directory.text import pair_text
from legation.crypto.holder_files import Kind
from legation.crypto.log.keys import NoteKey
from legation.crypto.log.notes import encoded
from worlds.directories import MINISTRY, ROOTS, SPEAKER, public_of
from worlds.logs import LOG_KEYS, ORIGIN, WITNESSES, keys_of
from worlds.shell import Said, legation
from worlds.tokens import PIN, new_token
from worlds.weak_keys import SPELLINGS

WORDS = "correct horse battery staple\n"
WITNESS = next(iter(WITNESSES))


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words"
    path.write_text(WORDS)
    return path


@pytest.fixture
def public(tmp_path: Path) -> dict[Kind, Path]:
    """Public parts of keys that others made."""
    lines = {
        Kind.ROOT: (pair_text(public_of(ROOTS[0])),),
        Kind.ISSUER: (pair_text(public_of(SPEAKER)),),
        Kind.LOG: tuple(map(str, LOG_KEYS)),
        Kind.WITNESS: (" ".join([WITNESS, *map(str, keys_of(WITNESSES[WITNESS]))]),),
    }
    for kind, said in lines.items():
        (tmp_path / f"{kind}.pub").write_bytes(PublicKey(kind=kind, lines=said).encode())
    return {kind: tmp_path / f"{kind}.pub" for kind in Kind}


def draft(public: dict[Kind, Path], file: Path, *more: str | Path) -> Said:
    return legation(
        "statement", "directory", "draft", file, "--name", "Directory", "--root",
        public[Kind.ROOT], "--threshold", "1", "--log", public[Kind.LOG], "--witness",
        public[Kind.WITNESS], "--quorum", "1", "--issuer", f"{MINISTRY}={public[Kind.ISSUER]}",
        *more,
    )  # fmt: skip


def shown(file: Path) -> dict[str, Any]:
    said = legation("statement", "directory", "show", file, "--json")
    assert said.code == 0, said.err
    told: dict[str, Any] = json.loads(said.out)
    return told


def test_a_ceremony_of_two_holders_ends_with_a_published_directory(
    tmp_path: Path, public: dict[Kind, Path], words: Path
) -> None:
    keys = [tmp_path / name for name in ("anna.key", "bo.key")]
    made = [legation("statement", "keys", "root", key, "--passphrase-file", words) for key in keys]
    assert [said.code for said in made] == [0, 0]
    prints = [re.findall(r"fingerprint: (.*)", said.out)[0].replace(" ", "") for said in made]
    version, register = tmp_path / "v1", tmp_path / "register"
    log = tmp_path / "log.key"
    said = legation("statement", "keys", "log", log, "--name", ORIGIN, "--unprotected")
    assert said.code == 0, said.err
    roots = [word for key in keys for word in ("--root", f"{key}.pub")]
    said = legation(
        "statement", "directory", "draft", version, "--name", "Directory of Examplia", *roots,
        "--threshold", "2", "--log", f"{log}.pub", "--issuer",
        f"{MINISTRY}={public[Kind.ISSUER]}",
    )  # fmt: skip
    assert said.code == 0, said.err
    assert shown(version)["missing"] == 2
    begin = ("statement", "register", "init", register, "--directory", version, "--log-key", log)
    copy = tmp_path / "copy"
    copy.write_bytes(version.read_bytes())
    for file, key in ((version, keys[0]), (copy, keys[1])):
        said = legation(
            "statement", "directory", "sign", file, "--key", key, "--passphrase-file", words
        )
        assert said.code == 0, said.err
        assert "still missing: 1" in said.err
    early = legation(*begin)
    assert early.code == 65
    assert "2 of 2 root keys must have signed" in early.err
    assert not register.exists()
    joined = legation("statement", "directory", "join", version, copy)
    assert joined.out == "signatures: 2\n"
    assert sorted(shown(version)["signed_by"]) == sorted(prints)
    begun = legation(*begin)
    assert begun.code == 0, begun.err
    first, second = (register / "public" / "directory" / number for number in "12")
    assert first.read_bytes() == version.read_bytes()
    assert shown(version)["anchor"] in begun.out
    assert legation(*begin).code == 5
    renewed = legation("statement", "directory", "draft", tmp_path / "v2", "--from", first)
    assert renewed.code == 0, renewed.err
    assert shown(tmp_path / "v2")["previous"] == shown(version)["sha256"]
    publish = ("statement", "directory", "publish", tmp_path / "v2")
    assert legation(*publish, register).code == 65
    for key in keys:
        signed = legation(
            "statement", "directory", "sign", tmp_path / "v2", "--key", key,
            "--passphrase-file", words,
        )  # fmt: skip
        assert signed.code == 0, signed.err
    published = legation(*publish, register)
    assert published.code == 0, published.err
    assert second.read_bytes() == (tmp_path / "v2").read_bytes()
    assert f"published: {second}\nanchor: {shown(version)['anchor']}" in published.out
    named = (register / "public" / "checkpoint").read_text().splitlines()[3]
    assert named == f"directory 2 {shown(tmp_path / 'v2')['sha256']}"
    # After a crash it is told again; a folder that no publisher keeps is none.
    assert legation(*publish, register / "public").code == 0
    assert legation(*publish, tmp_path).code == 3


def test_keys_of_a_log_and_a_witness_may_be_unprotected_and_others_never(tmp_path: Path) -> None:
    log = legation(
        "statement", "keys", "log", tmp_path / "log.key", "--name", ORIGIN, "--unprotected"
    )
    assert log.code == 0, log.err
    assert "only the file's mode" in log.err
    assert f"log-key {ORIGIN}+" in (tmp_path / "log.key.pub").read_text()
    witness = legation(
        "statement", "keys", "witness", tmp_path / "w.key", "--name", WITNESS, "--unprotected"
    )
    assert witness.code == 0, witness.err
    for kind in ("root", "issuer"):
        said = legation("statement", "keys", kind, tmp_path / kind, "--unprotected")
        assert said.code == 2
        assert not (tmp_path / kind).exists()
    again = legation(
        "statement", "keys", "log", tmp_path / "log.key", "--name", ORIGIN, "--unprotected"
    )
    assert again.code == 5


def test_a_key_file_is_secret_and_its_public_part_is_not(tmp_path: Path, words: Path) -> None:
    key = tmp_path / "speaker.key"
    said = legation("statement", "keys", "issuer", key, "--passphrase-file", words)
    assert said.code == 0, said.err
    assert key.stat().st_mode & 0o777 == 0o600
    assert Path(f"{key}.pub").stat().st_mode & 0o777 == 0o644
    assert key.read_bytes().startswith(b"legation issuer key 1 argon2id ")


def test_a_short_passphrase_and_a_wrong_one_are_refused(
    tmp_path: Path, public: dict[Kind, Path], words: Path
) -> None:
    short = tmp_path / "short"
    short.write_text("too short\n")
    said = legation("statement", "keys", "root", tmp_path / "k", "--passphrase-file", short)
    assert said.code == 2
    key = tmp_path / "root.key"
    assert legation("statement", "keys", "root", key, "--passphrase-file", words).code == 0
    assert draft(public, tmp_path / "v1").code == 0
    before = (tmp_path / "v1").read_bytes()
    short.write_text("another passphrase\n")
    said = legation(
        "statement", "directory", "sign", tmp_path / "v1", "--key", key, "--passphrase-file", short
    )
    assert said.code == 65
    assert (tmp_path / "v1").read_bytes() == before


def test_a_signature_of_a_stranger_is_told(
    tmp_path: Path, public: dict[Kind, Path], words: Path
) -> None:
    key = tmp_path / "root.key"
    assert legation("statement", "keys", "root", key, "--passphrase-file", words).code == 0
    assert draft(public, tmp_path / "v1").code == 0
    said = legation(
        "statement", "directory", "sign", tmp_path / "v1", "--key", key, "--passphrase-file", words
    )
    assert said.code == 0, said.err
    assert "is no root key of this version" in said.err
    assert len(shown(tmp_path / "v1")["others"]) == 1


def _weak_pair(kind: Kind) -> Callable[[bytes], tuple[str, ...]]:
    honest = public_of(ROOTS[0] if kind is Kind.ROOT else SPEAKER)
    return lambda weak: (f"{encoded(weak)} {encoded(honest.ml_dsa_65)}",)


def _weak_word(key: NoteKey, weak: bytes) -> str:
    value = encoded(key.type.value + weak)
    key_id = hashlib.sha256(key.name.encode() + b"\n" + key.type.value + weak).hexdigest()[:8]
    return f"{key.name}+{key_id}+{value}"


@pytest.mark.parametrize(
    ("kind", "spelling"),
    [
        *((Kind.ISSUER, spelling) for spelling in SPELLINGS),
        *((kind, SPELLINGS[2]) for kind in (Kind.ROOT, Kind.LOG, Kind.WITNESS)),
    ],
)
def test_a_small_order_key_is_refused_by_the_shell_wherever_it_is_registered(
    tmp_path: Path, public: dict[Kind, Path], kind: Kind, spelling: bytes
) -> None:
    if kind in (Kind.ROOT, Kind.ISSUER):
        lines = _weak_pair(kind)(spelling)
    elif kind is Kind.LOG:
        lines = (_weak_word(LOG_KEYS[0], spelling), str(LOG_KEYS[1]))
    else:
        classical, safe = keys_of(WITNESSES[WITNESS])
        lines = (f"{WITNESS} {_weak_word(classical, spelling)} {safe}",)
    public[kind].write_bytes(PublicKey(kind=kind, lines=lines).encode())
    said = draft(public, tmp_path / "v1")
    assert said.code == 65
    assert re.search(r"small order|not canonically", said.err)
    assert not (tmp_path / "v1").exists()


@pytest.mark.parametrize("kind", [Kind.ROOT, Kind.ISSUER])
def test_a_weak_ml_dsa_key_is_refused_by_the_shell(
    tmp_path: Path, public: dict[Kind, Path], kind: Kind
) -> None:
    honest = public_of(ROOTS[0])
    line = f"{encoded(honest.ed25519)} {encoded(bytes(1952))}"
    public[kind].write_bytes(PublicKey(kind=kind, lines=(line,)).encode())
    said = draft(public, tmp_path / "v1")
    assert said.code == 65
    assert "t1 is zero" in said.err


@pytest.mark.parametrize(
    ("option", "value"),
    [("--issuer", "nobody"), ("--issuer", "=a.pub"), ("--revoke", "ab=tomorrow"),
     ("--days", "0"), ("--days", "9" * 30), ("--fresh", "0"),
     ("--without", "nobody"), ("--quorum", "2")],
)  # fmt: skip
def test_a_value_of_no_use_is_told_with_a_hint(
    tmp_path: Path, public: dict[Kind, Path], option: str, value: str
) -> None:
    assert draft(public, tmp_path / "v1").code == 0
    said = legation(
        "statement", "directory", "draft", tmp_path / "v2", "--from", tmp_path / "v1",
        option, value,
    )  # fmt: skip
    assert said.code in (2, 3, 65)
    assert "legation: hint: " in said.err
    assert not (tmp_path / "v2").exists()


@pytest.mark.token
def test_a_root_key_in_a_token_signs_from_the_shell(
    tmp_path: Path, public: dict[Kind, Path], words: Path
) -> None:
    access = new_token(tmp_path, "anna")
    pin = tmp_path / "pin"
    pin.write_text(f"{PIN}\n")
    key, version = tmp_path / "anna.key", tmp_path / "v1"
    token = ("--module", access.module, "--pin-file", pin, "--passphrase-file", words)
    said = legation("statement", "keys", "root", key, "--token", "anna", *token)
    assert said.code == 0, said.err
    public[Kind.ROOT] = Path(f"{key}.pub")
    assert draft(public, version).code == 0
    without = legation(
        "statement", "directory", "sign", version, "--key", key, "--passphrase-file", words
    )
    assert without.code == 2
    assert "is in the token 'anna'" in without.err
    said = legation("statement", "directory", "sign", version, "--key", key, *token)
    assert said.code == 0, said.err
    assert shown(version)["missing"] == 0
    twice = legation("statement", "keys", "root", tmp_path / "other.key", "--token", "anna", *token)
    assert twice.code == 5
    lost = legation("statement", "keys", "root", tmp_path / "o.key", "--token", "bo", *token)
    assert lost.code == 3
    pin.write_bytes(b"\xff\n")
    garbled = legation("statement", "directory", "sign", version, "--key", key, *token)
    assert garbled.code != 0
    assert "legation: error: " in garbled.err
    pin.write_text("000000\n")
    shut = legation("statement", "directory", "sign", version, "--key", key, *token)
    assert shut.code == 4
