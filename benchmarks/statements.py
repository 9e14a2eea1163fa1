"""Figures of statements: how well and how fast a pasted text is found, and a file verified.

`lookup` makes statements of an invented ministry (`tests/worlds/ministry_texts.py`: formulas, forms
that are filled in, names, numbers, five languages), always the same ones, and pastes them altered,
cut, and beside others; rapidfuzz scans all of them in the same run (`process.extractOne` with
`fuzz.ratio`). `verify` verifies statement files, by turns with ML-DSA-65 alone over the same bytes.
`altered` looks for altered copies among labelled posts.
"""

import argparse
import math
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable

import data

from legation.text.lookup import Index
from legation.text.wording import wording

sys.path.insert(0, str(data.CHECKOUT / "tests"))

from worlds.ministry_texts import ALTERED, Ministry, parted

_SEED = 20_261_127


def lookup(given: argparse.Namespace) -> None:
    """Print how the lookup does."""
    world = Ministry(_SEED)
    texts = list(dict.fromkeys(world.statement() for _ in range(given.size)))
    index = Index()
    began = time.process_time()
    for number, text in enumerate(texts):
        index.add(str(number), text)
    index.find("a text that nobody registered")
    print(f"{len(texts)} statements indexed in {time.process_time() - began:.1f} CPU s", flush=True)

    def tell(what: str, change: Callable[[str], str], of: list[int]) -> list[str]:
        asked = [(number, change(texts[number])) for number in of]
        asked = [(n, text) for n, text in asked if wording(text) != wording(texts[n])]
        began = time.process_time()
        found = [index.find(text) for _, text in asked]
        took = (time.process_time() - began) / len(asked)
        right = told = 0
        for (number, _), match in zip(asked, found, strict=True):
            altered = match is not None and match.alignment.differences != ()
            told += altered
            right += altered and match is not None and match.key == str(number)
        print(
            f"{what}: {right} of {len(asked)} ({right / len(asked):.4f}), told as altered"
            f" {told / len(asked):.4f}, {took * 1e3:.2f} ms each",
            flush=True,
        )
        return [text for _, text in asked]

    sizes = [len(parted(text)[0]) for text in texts]
    some = [world.random.randrange(len(texts)) for _ in range(given.asked)]
    short = [n for n, size in enumerate(sizes) if 10 <= size <= 16][: given.asked]
    queries: list[str] = []
    for share in ALTERED:
        queries = tell(f"altered {share:.0%}", lambda t, s=share: world.altered(t, s), some)
    tell("10 to 16 words, 20% altered", lambda t: world.altered(t, 0.2), short)
    tell("a quarter", world.excerpt, [n for n in some if sizes[n] >= 40])
    tell(
        "a quarter inside another text",
        lambda t: f"{world.statement()} {world.excerpt(t)} {world.statement()}",
        [n for n in some if sizes[n] >= 60],
    )
    tell("one word that changes the meaning", world.turned, [n for n in some if sizes[n] >= 10])
    tell("the same in 10 to 16 words", world.turned, short)
    others = Ministry(_SEED, said=_SEED + 1)
    held = {wording(text) for text in texts}
    for what, say in (
        ("texts of others, with the formulas", lambda: others.long_statement(forms=False)),
        ("texts of others, often with a form of the ministry", others.long_statement),
        ("forms of the ministry, filled in by others", others.form),
    ):
        unheld = [text for text in (say() for _ in range(given.asked * 3)) if text not in held]
        false = sum(index.find(text) is not None for text in unheld)
        print(f"{what}: {false} of {len(unheld)} called ours", flush=True)
    _beside_rapidfuzz(index, texts, queries[: given.scans])


def _beside_rapidfuzz(index: Index, texts: list[str], queries: list[str]) -> None:
    from rapidfuzz import fuzz, process

    plain = [wording(text) for text in texts]
    scans, ours = [], []
    for text in queries:
        began = time.process_time()
        process.extractOne(wording(text), plain, scorer=fuzz.ratio)
        scans.append(time.process_time() - began)
        began = time.process_time()
        index.find(text)
        ours.append(time.process_time() - began)
    scan, found = statistics.mean(scans), statistics.mean(ours)
    print(f"scan {scan * 1e3:.1f} ms, lookup {found * 1e3:.2f} ms: {scan / found:.0f} times")


def verify(given: argparse.Namespace) -> None:
    """Print how fast statement files are verified, beside ML-DSA-65 alone."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey

    from legation.crypto.signing import ED25519_SIGNATURE_BYTES, verify
    from legation.safeguards.statements.statement import PURPOSE, Version
    from legation.safeguards.statements.statement_file import read_file
    from legation.safeguards.statements.verifying import verify_file
    from worlds.statements import ISSUER, filed, statement

    english = "The talks begin on Monday. We did not order any attack on the port.\n\n" * 12
    three = statement(text=english.strip())
    alone = statement(versions=(Version(language="en", text=english.strip()),))
    for what, said in (("one language", alone), ("three languages", three)):
        file = filed(said)
        parts, keys = read_file(file), ISSUER.keys
        cut, context = ED25519_SIGNATURE_BYTES, PURPOSE.encode()
        # What both sign: the frame of `crypto.signing`, which names the purpose, then the bytes.
        framed = b"legation signature 1\0" + bytes([len(context)]) + context + parts.signed
        classical = Ed25519PublicKey.from_public_bytes(keys.ed25519)
        bare = MLDSA65PublicKey.from_public_bytes(keys.ml_dsa_65)
        ways: dict[str, Callable[[], object]] = {
            "ML-DSA-65 alone": lambda b=bare, s=parts.signature[cut:], f=framed, c=context: (
                b.verify(s, f, c)
            ),
            "Ed25519 alone": lambda k=classical, s=parts.signature[:cut], f=framed: k.verify(s, f),
            "both signatures": lambda p=parts, k=keys: verify(p.signed, p.signature, PURPOSE, k),
            "the whole file": lambda f=file: verify_file(f, ISSUER),
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(given.rounds):
            for name, way in ways.items():
                began = time.perf_counter()
                for _ in range(20):
                    way()
                taken[name].append((time.perf_counter() - began) / 20)
        print(f"{what}, {len(parts.signed)} bytes signed, {given.rounds} rounds of 20:")
        for name, times in taken.items():
            ratio = statistics.median(
                one / other for one, other in zip(taken["ML-DSA-65 alone"], times, strict=True)
            )
            print(
                f"  {name}: {1 / statistics.median(times):,.0f} a second, {ratio:.3f} of ML-DSA-65"
            )


def altered(given: argparse.Namespace) -> None:
    """Print how altered copies are told from ordinary speech, by sort of post."""
    from legation.threats.impersonation.altered_copies import AlteredCopies
    from worlds.copied_posts import CopiedPosts

    world = CopiedPosts(_SEED + 2, given.size)
    detector = AlteredCopies(world.register)
    told: Counter[tuple[str, bool]] = Counter()
    sorts: dict[str, Counter[str]] = {}
    labels: dict[str, str] = {}
    began = time.process_time()
    for sort, label, post in world.posts(given.asked):
        carried = detector.carried(post.text)
        how = carried.how if carried else "nothing"
        told[label, how == "altered"] += 1
        sorts.setdefault(sort, Counter())[how] += 1
        labels[sort] = label
    took = time.process_time() - began
    print(f"{len(world.register)} statements, {told.total()} posts, {took:.1f} CPU s")
    for sort, counts in sorts.items():
        print(f"  {labels[sort]}: {sort}: {dict(counts.most_common())}")
    found, missed = told["altered", True], told["altered", False]
    print(f"recall {_interval(found, found + missed)}")
    for label in ("ordinary", "satire"):
        wrong, right = told[label, True], told[label, False]
        print(f"{label} speech told as altered {_interval(wrong, wrong + right)}")
    print(f"precision beside ordinary speech {_interval(found, found + told['ordinary', True])}")


def _interval(count: int, of: int) -> str:
    """Return a share with its 95 % interval (Wilson)."""
    z, share = 1.96, count / of
    middle, size = (share + z * z / (2 * of)) / (1 + z * z / of), 1 + z * z / of
    spread = z * math.sqrt(share * (1 - share) / of + (z / (2 * of)) ** 2) / size
    return f"{share:.4f} [{middle - spread:.4f}, {middle + spread:.4f}] ({count} of {of})"


PARTS = {"altered": altered, "lookup": lookup, "verify": verify}


def main() -> None:
    """Run one part."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("part", choices=sorted(PARTS))
    asked.add_argument("--size", type=int, default=20_000, help="statements in the register")
    asked.add_argument("--asked", type=int, default=1_000, help="texts asked of each sort")
    asked.add_argument("--scans", type=int, default=50, help="texts that rapidfuzz scans for")
    asked.add_argument("--rounds", type=int, default=200, help="rounds of verification")
    given = asked.parse_args()
    PARTS[given.part](given)


if __name__ == "__main__":
    main()
