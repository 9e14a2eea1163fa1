"""Trees, notes, checkpoints, witnesses and cosignatures against what others have published."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from legation.crypto.log.checkpoints import Checkpoint, parse_checkpoint
from legation.crypto.log.keys import (
    KeyType,
    NoteKey,
    parse_key,
    signed_bytes,
    subtree_bytes,
    verified,
)
from legation.crypto.log.merkle import (
    TreeHead,
    leaf_hash,
    node_hash,
    prove_consistency,
    prove_inclusion,
    verify_consistency,
    verify_inclusion,
)
from legation.crypto.log.notes import SignedNote, parse_note, parse_signatures
from legation.crypto.log.proofs import parse_proof
from legation.crypto.log.tiles import bundles_of, parse_path, tiles_of
from legation.crypto.log.witnessing import MayCosign, Reason, Refused, decide, parse_request
from legation.errors import BadInputError, LegationError, VerificationError
from worlds.logs import Tree

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "tlog.json").read_text("utf-8")
)
# The second request: its broken signature has a second spelling in base64 besides, so that it
# is refused when it is read.
TWICE_SPELT = VECTORS["witness"]["requests"][1]["body"]
INCLUSION, CONSISTENCY = VECTORS["trees"]["inclusion"], VECTORS["trees"]["consistency"]


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


def _all(texts: list[str]) -> list[bytes]:
    return [_bytes(text) for text in texts]


@pytest.mark.parametrize("vector", INCLUSION, ids=lambda each: str(each[0]))
def test_an_inclusion_proof_is_judged_as_published(vector: list[Any]) -> None:
    _, index, size, root, leaf, proof, holds = vector

    def judge() -> None:
        head = TreeHead(size=size, root=_bytes(root))
        verify_inclusion(_bytes(leaf), index, _all(proof), head)

    if holds:
        judge()
    else:
        with pytest.raises(VerificationError):
            judge()


@pytest.mark.parametrize("vector", CONSISTENCY, ids=lambda each: str(each[0]))
def test_a_consistency_proof_is_judged_as_published(vector: list[Any]) -> None:
    _, old, new, old_root, new_root, proof, holds = vector
    # The reference takes two equal words for roots of equal trees; here a root is a hash.
    holds = holds and len(_bytes(new_root)) == 32

    def judge() -> None:
        older = TreeHead(size=old, root=_bytes(old_root))
        verify_consistency(older, TreeHead(size=new, root=_bytes(new_root)), _all(proof))

    if holds:
        judge()
    else:
        with pytest.raises(VerificationError):
            judge()


def test_the_published_verdicts_are_both_yes_and_no() -> None:
    for vectors in (INCLUSION, CONSISTENCY):
        assert {each[-1] for each in vectors} == {True, False}
        assert len(vectors) == 98


def test_the_example_tree_of_rfc_6962_has_the_proofs_of_its_text() -> None:
    tree = Tree([bytes([at]) for at in range(7)])
    a, b, c, d, e, f, j = tree.leaves
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, m = node_hash(g, h), node_hash(i, j)
    assert tree.heads[7].root == node_hash(k, m)
    paths = {0: (b, h, m), 3: (c, g, m), 4: (f, j, k), 6: (i, k)}
    assert {at: prove_inclusion(at, 7, tree.read) for at in paths} == paths
    proofs = {3: (c, d, g, m), 4: (m,), 6: (i, j, k)}
    assert {old: prove_consistency(old, 7, tree.read) for old in proofs} == proofs


def test_proofs_of_a_log_of_a_thousand_million_entries_hold() -> None:
    argon = VECTORS["argon"]
    head = TreeHead(size=argon["size"], root=_bytes(argon["root"]))
    verify_inclusion(_bytes(argon["leaf"]), argon["index"], _all(argon["path"]), head)
    old = TreeHead(size=argon["old_size"], root=_bytes(argon["old_root"]))
    verify_consistency(old, head, _all(argon["consistency"]))


def test_the_hashes_of_nothing_are_those_of_the_reference_log() -> None:
    assert leaf_hash(b"L123456").hex() == (
        "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    )
    assert node_hash(b"N123", b"N456").hex() == (
        "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


@pytest.mark.parametrize("vector", VECTORS["notes"] + VECTORS["checkpoints"])
def test_a_published_note_is_verified_and_written_back(vector: dict[str, str]) -> None:
    key, note = parse_key(vector["key"]), parse_note(vector["note"].encode())
    assert [each.key for each in verified(note, [key])] == [key]
    assert str(key) == vector["key"]
    assert note.encode() == vector["note"].encode()


@pytest.mark.parametrize("vector", VECTORS["checkpoints"])
def test_a_published_checkpoint_is_read(vector: dict[str, str]) -> None:
    note = parse_note(vector["note"].encode())
    checkpoint = parse_checkpoint(note)
    assert checkpoint.text() == note.text
    assert checkpoint.origin == "go.sum database tree"


def test_no_mangled_key_of_the_go_vectors_is_taken() -> None:
    whole = VECTORS["notes"][1]["key"]
    pieces = {whole[at:end] for at in range(len(whole)) for end in range(at, len(whole) + 1)}
    changed = {whole[:at] + chr(ord(whole[at]) + 1) + whole[at + 1 :] for at in range(len(whole))}
    for mangled in (pieces | changed) - {whole}:
        with pytest.raises(LegationError):
            parse_key(mangled)


@pytest.mark.parametrize(
    "key",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_of_another_length_or_type_is_refused(key: str) -> None:
    with pytest.raises(BadInputError):
        parse_key(key)


def test_signing_gives_the_published_signature() -> None:
    seed = _bytes("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
    vector = VECTORS["notes"][1]
    key, note = parse_key(vector["key"]), parse_note(vector["note"].encode())
    secret = Ed25519PrivateKey.from_private_bytes(seed)
    assert secret.public_key().public_bytes_raw() == key.public
    message = signed_bytes(KeyType.ED25519, key.name, note.text, None)
    assert secret.sign(message) == note.signatures[0].signature


def test_the_example_of_a_cosignature_has_the_time_and_the_message_of_its_text() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert signed_bytes(KeyType.COSIGNATURE_ED25519, "w", text, 1679315147) == (
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


def test_a_published_ml_dsa_cosignature_holds() -> None:
    vector = VECTORS["cosignature"]
    key = parse_key(vector["key"])
    assert key.type is KeyType.COSIGNATURE_ML_DSA_44
    signature = _bytes(vector["signature"])
    assert signature[:4] == key.key_id
    head = TreeHead(size=vector["end"], root=_bytes(vector["root"]))
    log = Checkpoint(origin=vector["origin"], head=head)
    message = subtree_bytes(key.name, 0, log, vector["start"])
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

    MLDSA44PublicKey.from_public_bytes(key.public).verify(signature[12:], message)


def test_a_witness_answers_the_published_requests_as_the_reference_witness() -> None:
    vector = VECTORS["witness"]
    logs: dict[str, list[NoteKey]] = {vector["origin"]: [parse_key(vector["key"])]}
    codes = {
        Reason.UNKNOWN_LOG: 403,  # the reference's answer then; today's text says 404
        Reason.NOT_SIGNED: 403,
        Reason.OTHER_OLD_SIZE: 409,
        Reason.NOT_CONSISTENT: 422,
        Reason.SPLIT_VIEW: 422,
    }
    last: SignedNote | None = None
    for each in vector["requests"]:
        if each["body"] == TWICE_SPELT:
            with pytest.raises(BadInputError, match="spelling"):
                parse_request(each["body"].encode())
            continue
        request = parse_request(each["body"].encode())
        assert request.encode() == each["body"].encode()
        decision = decide(request, logs, last)
        if isinstance(decision, MayCosign):
            assert each["answer"] == 200
            last = decision.note
            continue
        assert isinstance(decision, Refused)
        assert codes[decision.reason] == each["answer"]
        assert decision.last_size == each.get("size", decision.last_size)
    assert last is not None
    assert parse_checkpoint(last).head.size == 5


def test_the_tiles_of_the_specification_s_examples_are_these() -> None:
    # "a tree of size 70,000 will be represented by 273 full level 0 tiles, one partial …"
    tiles = list(tiles_of(0, 70_000))
    assert [len([t for t in tiles if t.level == at and t.width == 256]) for at in range(3)] == [
        273,
        1,
        0,
    ]
    assert [(t.level, t.width) for t in tiles if t.width < 256] == [(0, 112), (1, 17), (2, 1)]
    assert [each.path for each in tiles_of(0, 256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert len(list(bundles_of(0, 70_000))) == 274


@pytest.mark.parametrize(
    "path", ["tile/4/x123/x456/078", "tile/0/001.p/5", "tile/entries/x001/x234/067", "tile/63/000"]
)
def test_a_path_of_the_specification_is_read_and_written_back(path: str) -> None:
    assert parse_path(path).path == path


@pytest.mark.parametrize(
    "path",
    [
        "tile/4/123/456/078",
        "tile/-1/001",
        "tile/64/001",
        "tile/00/001",
        "tile/0/x000/001",
        "tile/0/1",
        "tile/0/001.p/256",
        "tile/0/001.p/0",
        "tile/0/001.p/05",
        "tile/data/001",
        "tile/0/../001",
        "/tile/0/001",
        "tile/0/001\n",
        "tile/0/\u0660\u0660\u0661",
    ],
)
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(BadInputError):
        parse_path(path)


# Examples of the specifications' texts; their keys are not published, so they are read alone.
COSIGNED = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u\
5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dl\
rDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""
REQUEST = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

"""
ANSWER = """\
\u2014 witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTS\
vVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==
\u2014 witness.example/w1 I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3SiOlVlbQNt6\
4vWhO+DlkL0+UfzuOBMh9ChdMkP1vi/lCAsmlw==
\u2014 witness.example/w2 AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrK\
bYKA7nC3HNJhm/kWl7oJlqU3rXXvpysAdyP3wQ==
"""
PROOF = """\
c2sp.org/tlog-proof@v1
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

"""


def test_the_cosigned_checkpoint_of_the_specification_is_read_with_its_time() -> None:
    note = parse_note(COSIGNED.encode())
    assert note.encode() == COSIGNED.encode()
    checkpoint = parse_checkpoint(note)
    assert (checkpoint.origin, checkpoint.head.size) == ("example.com/behind-the-sofa", 20_852_163)
    log, witness = note.signatures
    assert len(log.signature) == 64
    assert (witness.name, len(witness.signature)) == ("witness.example.com/w1", 8 + 64)
    assert int.from_bytes(witness.signature[:8], "big") == 1_679_315_147


def test_the_request_and_the_answer_of_the_specification_are_read_and_written_back() -> None:
    body = (REQUEST + COSIGNED).encode()
    request = parse_request(body)
    assert request.encode() == body
    assert (request.old_size, len(request.proof)) == (20_852_014, 4)
    lines = parse_signatures(ANSWER)
    assert "".join(f"{line}\n" for line in lines) == ANSWER
    assert [line.name for line in lines] == ["witness.example/w1"] * 2 + ["witness.example/w2"]
    assert {len(line.signature) for line in lines} == {8 + 64}


def test_the_proof_of_the_specification_is_read_and_written_back() -> None:
    """Its own checkpoint and its extra line are shortened there, so another checkpoint stands."""
    body = (PROOF + COSIGNED).encode()
    proof = parse_proof(body)
    assert proof.encode() == body
    assert (proof.index, len(proof.path)) == (73_894, 5)
