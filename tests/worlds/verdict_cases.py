"""Questions to registers, made by chance: texts and files as they come back, whole or altered.

Each case is answered by a verdict's bytes or by the class of a refusal. The same number gives the
same case, so that every door can be asked and all answers laid beside each other.
"""
# ruff: noqa: RUF001 -- texts stand in their own scripts

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import Final

import msgspec

from legation.crypto.directory.directory import IssuerKey
from legation.crypto.directory.files import write_directory_file
from legation.crypto.directory.following import sign_directory
from legation.crypto.directory.roots import Anchor, RootSet
from legation.crypto.log.proofs import parse_proof
from legation.crypto.signing import sign
from legation.safeguards.statements.register_copy import OpenedRegister, open_copy
from legation.safeguards.statements.statement import Change, Relation, Statement, Version
from legation.safeguards.statements.statement_file import StatementFile, write_file
from legation.safeguards.statements.verifying import key_of
from worlds import hidden_changes
from worlds.register_copies import (
    ANCHOR,
    BEGAN,
    LOG,
    NOW,
    ROOTS,
    WITNESSED,
    copied,
    directory,
    directory_file,
    note_of,
    policy,
    proved,
    signed,
)
from worlds.statements import ALDANIA, NAME, NOON, OTHERS, statement

HOUR: Final = timedelta(hours=1)
# Each word once; a language is known by its words alone.
WORDS: Final = {
    "en": "the talks with Tarvia begin on Monday in Velmar we did not order any attack our embassy"
    ' is open and no agreement was signed between both sides 3 May 2026 ministers\' "joint" visit',
    "fr": "les pourparlers avec la Tarvie commencent lundi à Velmar nous n'avons ordonné aucune"
    " attaque l'ambassade reste ouverte « sans accord » été déjà signé œuvre",
    "ar": "تبدأ المحادثات مع تارفيا يوم الإثنين في فيلمار ولم نأمر بأي هجوم"
    " وسفارتنا مفتوحة لا اتفاق ٣ مايو",
    "zh-Hant": "與 塔維亞 的 談判 週一 在 維爾瑪 開始 我們 沒有"
    " 下令 任何 攻擊 大使館 照常 開放 。 尚未 簽署 協議",
    "th": "การเจรจา กับ ทาร์เวีย เริ่ม วันจันทร์ ที่ เวลมาร์ เรา ไม่ได้ สั่ง โจมตี สถานทูต เปิด ตามปกติ",
    "hi": "तारविया के साथ वार्ता सोमवार को वेलमार में शुरू होगी हमने किसी हमले का आदेश नहीं दिया क्षेत्र",
    "uk": "переговори з Тарвією почнуться в понеділок у Вельмарі ми не віддавали наказу"
    " про напад її ґрунт",
    "vi": "Cuộc đàm phán với Tarvia bắt đầu vào thứ Hai tại Velmar"
    " chúng tôi không ra lệnh tấn công nào",
}
FORMULA: Final = "The Ministry of Foreign Affairs of Aldania states the following with full weight."
MARKS: Final = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202e\u0301\u0640\u064b\ufeff\u00a0\u3000\u2013\ufb01"
)
TURNED: Final = {"'": "\u2019", '"': "\u201c", " ": "\u00a0", "-": "\u2011", "...": "\u2026"}


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A register copy and how it is opened."""

    data: bytes
    anchor: Anchor = ANCHOR
    now: datetime = NOW
    remembered: int | None = None

    @cached_property
    def opened(self) -> OpenedRegister:
        """The register, as Python opens it."""
        return open_copy(self.data, self.anchor, self.now, self.remembered)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One question: a text or a file to a register; neither asks whether the copy opens at all."""

    name: str
    copy: Copy
    text: str | None = None
    file: bytes | None = None


def sentence(random: Random, language: str, least: int = 3, most: int = 40) -> str:
    """Return a text of words of a language."""
    words = WORDS[language].split(" ")
    some = [random.choice(words) for _ in range(random.randint(least, most))]
    joint = random.choice(["", " "]) if language in ("zh-Hant", "th") else " "
    return joint.join(some).strip(" ") + random.choice(["", ".", " " + str(random.randint(1, 99))])


def tidied(text: str) -> str:
    """Return a text as it can be issued."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


class Cases:
    """Registers, and questions to them by number."""

    def __init__(self, seed: int = 7) -> None:
        """Make the registers."""
        random = Random(seed)  # noqa: S311 -- the same each time
        self._again: tuple[Version, ...] = ()
        self.said = [self._statement(random, number) for number in range(60)]
        self.files = [signed(one) for one in self.said]
        self.texts = [version.text for one in self.said for version in one.versions]
        self.newer = signed(statement("2027/1", "A new text that the copy does not hold."))
        self.hidden = signed(
            statement("2026/900", "Not public yet.", embargo=NOON + timedelta(days=3))
        )
        whole: list[StatementFile | bytes] = [*self.files, self.hidden.entry]
        self.main = Copy(data=copied(whole))
        self.proofs = [proved(self.files[:5], at) for at in range(5)]
        early = [proved(self.files[:3], at, (WITNESSED - 2 * HOUR,) * 3) for at in range(3)]
        revoked = IssuerKey(name=NAME, keys=ALDANIA.public(), since=BEGAN, revoked=WITNESSED - HOUR)
        self.early = early
        later = [directory_file(directory(issuers=(revoked,)))]
        self.revoked = Copy(data=copied([*early, *self.files[3:5]], directories=later))
        alone = [directory_file(directory(policy=policy(0)))]
        self.unwitnessed = Copy(data=copied(self.files[:4], directories=alone, times=(None,) * 3))
        self.small = Copy(data=copied(self.files[:2]))
        self.chain = self._chain()
        whole_or_not = hidden_changes.opened() | hidden_changes.refused()
        self.tampered = {name: Copy(data=data) for name, data in whole_or_not.items()}
        without = hidden_changes.unproved()
        for keep in (True, False):
            without[f"cosignatures of later, {keep}"] = hidden_changes.replayed(keep=keep)
        self.unproved = {name: Copy(data=data) for name, data in without.items()}

    def case(self, number: int) -> Case:
        """Return the case of a number."""
        random = Random(number)  # noqa: S311 -- the same each time
        kind = random.choices(("text", "file", "copy", "tampered", "unproved"), (12, 6, 2, 1, 1))[0]
        if kind == "tampered":
            name = random.choice(sorted(self.tampered))
            return Case(name=name, copy=self.tampered[name])
        if kind == "unproved":
            name = random.choice(sorted(self.unproved))
            texts = (hidden_changes.SAID, hidden_changes.UNSAID, hidden_changes.STANDS, None)
            return Case(name=name, copy=self.unproved[name], text=random.choice(texts))
        if kind == "text":
            copy = random.choice([self.main, self.main, self.main, self.revoked, self.unwitnessed])
            name, text = self._text(random)
            return Case(name=name, copy=copy, text=text)
        if kind == "file":
            copy = random.choice([self.main, self.revoked, self.unwitnessed, self.small])
            name, data = self._file(random)
            return Case(name=name, copy=copy, file=data)
        name, copy = self._copy(random)
        return Case(name=name, copy=copy)

    def _statement(self, random: Random, number: int) -> Statement:
        languages = random.sample(sorted(WORDS), random.randint(1, 3))
        lead = f"{FORMULA} " if random.random() < 0.4 else ""
        versions = []
        for language in languages:
            text = tidied(lead + sentence(random, language, 2, random.choice([8, 60])))
            if random.random() < 0.3:
                text += "\n\n" + tidied(sentence(random, language))
            versions.append(Version(language=language, text=text))
        if number and random.random() < 0.1:
            versions = list(self._again)
        self._again = tuple(versions)
        changes: tuple[Change, ...] = ()
        if number > 3 and random.random() < 0.2:
            relation: Relation = random.choice(["corrects", "retracts", "supersedes"])
            target = f"2026/{random.randrange(number)}"
            changes = (Change(relation=relation, number=target, reason="It was moved."),)
        embargo = NOON + timedelta(hours=random.randint(1, 9)) if random.random() < 0.1 else None
        return statement(
            f"2026/{number}",
            versions=tuple(versions),
            changes=changes,
            embargo=embargo,
            issued=NOON - timedelta(minutes=random.randint(0, 300)),
        )

    def _text(self, random: Random) -> tuple[str, str]:
        text = random.choice(self.texts)
        changes: dict[str, Callable[[Random, str], str]] = {
            "exact": lambda _, one: one,
            "laid out": _laid_out,
            "excerpt": _excerpt,
            "one word": _one_word,
            "many words": _many_words,
            "quoted": lambda r, one: f"{sentence(r, 'en')} {one} {sentence(r, 'fr')}",
            "two": lambda r, one: f"{one}\n{r.choice(self.texts)}",
            "unrelated": lambda r, _: sentence(r, r.choice(sorted(WORDS))),
            "other words": lambda r, _: "".join(
                r.choice("abcdefghij  ") for _ in range(r.randint(0, 80))
            ),
            "a sign": _a_sign,
            "case": lambda r, one: r.choice([one.upper(), one.lower(), one.swapcase()]),
            "parted": lambda _, one: unicodedata.normalize("NFD", one),
            "formula": lambda r, _: FORMULA + r.choice(["", " Nothing else."]),
            "cut": lambda r, one: one[: r.randint(0, len(one))],
        }
        name = random.choice(sorted(changes))
        changed = changes[name](random, text)
        if random.random() < 0.2:
            changed = _laid_out(random, changed)
        return name, changed

    def _file(self, random: Random) -> tuple[str, bytes]:
        plain = random.choice([*self.files[:8], *self.proofs, *self.early])
        other = random.choice([*self.files[:8], *self.proofs])
        data = write_file(plain)
        replace = msgspec.structs.replace
        cut = random.randrange(len(data))
        number = random.randrange(5)
        changes: dict[str, Callable[[], bytes]] = {
            "good": lambda: data,
            "flipped": lambda: _flipped(random, data),
            "flipped twice": lambda: _flipped(random, _flipped(random, data)),
            "cut": lambda: data[:cut],
            "longer": lambda: data + random.choice([b"\n", b"end\n", b"x"]),
            "line ends": lambda: data.replace(b"\n", b"\r\n"),
            "without Ed25519": lambda: _without(data, b"ed25519 "),
            "without ML-DSA-65": lambda: _without(data, b"ml-dsa-65 "),
            "signature of another": lambda: write_file(replace(plain, signature=other.signature)),
            "half of another": lambda: write_file(
                replace(plain, signature=plain.signature[:64] + other.signature[64:])
            ),
            "text of another": lambda: write_file(replace(plain, signed=other.signed)),
            "another purpose": lambda: write_file(
                replace(plain, signature=sign(plain.signed, "legation/note/v1", ALDANIA))
            ),
            "another signer": lambda: write_file(
                replace(plain, signature=sign(plain.signed, "legation/statement/v1", OTHERS))
            ),
            "another issuer": lambda: write_file(
                signed(statement(f"8/{number}", issuer="Ministry of Tarvia"))
            ),
            "another key": lambda: write_file(
                signed(statement(f"9/{number}", key=key_of(OTHERS.public())), OTHERS)
            ),
            "proof of another": lambda: write_file(replace(plain, proof=other.proof)),
            "proof cut": lambda: write_file(replace(plain, proof=plain.proof[: cut % 300 + 1])),
            "no quorum": lambda: write_file(
                proved(self.files[:5], number, (WITNESSED, None, None))
            ),
            "one witness beside": lambda: self._beside(number),
            "no witness at all": lambda: write_file(proved(self.files[:5], number, (None,) * 3)),
            "another log": lambda: write_file(proved(self.files[:5], number, log=OTHERS)),
            "forked": lambda: self._forked(number),
            "newer": lambda: write_file(
                proved(
                    [*self.files[:5], self.newer],
                    5,
                    (WITNESSED + HOUR * random.randint(-3, 3),) * 3,
                )
            ),
            "newer without proof": lambda: write_file(self.newer),
            "under embargo": lambda: write_file(
                random.choice([self.hidden, proved([self.hidden], 0, (NOW,) * 3)])
            ),
            "no file": lambda: random.randbytes(random.randint(0, 60)),
        }
        name = random.choice(sorted(changes))
        return name, changes[name]()

    def _beside(self, number: int) -> bytes:
        """Return a file of which one witness's cosignature stands beside the proof."""
        few = proved(self.files[:5], number, (WITNESSED, None, None))
        leaves = [one.entry for one in self.files[:5]]
        lines = [f"{line}\n" for line in note_of(leaves).signatures[4:]]
        return write_file(msgspec.structs.replace(few, cosignatures="".join(lines).encode()))

    def _forked(self, number: int) -> bytes:
        """Return a file with the proof's path, but the checkpoint of another history."""
        plain = self.proofs[number]
        theirs = note_of([one.entry for one in self.files[5:10]])
        proof = msgspec.structs.replace(parse_proof(plain.proof), checkpoint=theirs)
        return write_file(msgspec.structs.replace(plain, proof=proof.encode()))

    def _copy(self, random: Random) -> tuple[str, Copy]:
        copy = random.choice([self.small, self.revoked, *self.chain])
        data, replace = copy.data, msgspec.structs.replace
        forged = replace(self.files[1], signature=self.files[0].signature)
        twice = signed(statement(self.said[0].number, "Another text."))
        keys = IssuerKey(name=NAME, keys=ALDANIA.public(), since=BEGAN)
        changes: dict[str, Callable[[], Copy]] = {
            "good": lambda: copy,
            "flipped": lambda: Copy(data=_flipped(random, data)),
            "flipped in the directory": lambda: Copy(data=_flipped(random, data, 12_000)),
            "cut": lambda: Copy(data=data[: random.randrange(len(data))]),
            "another anchor": lambda: Copy(data=data, anchor=Anchor(sha256=bytes(32))),
            "stale": lambda: Copy(data=data, now=NOW + HOUR * random.randint(15, 40)),
            "future": lambda: Copy(
                data=data, now=WITNESSED - timedelta(minutes=random.randint(5, 15))
            ),
            "expired": lambda: Copy(data=data, now=NOW + timedelta(days=400)),
            "remembered": lambda: Copy(data=data, remembered=random.randint(0, 4)),
            "no quorum": lambda: Copy(
                data=copied(
                    self.files[:2], times=random.choice([(WITNESSED, None, None), (None,) * 3])
                )
            ),
            "times": lambda: Copy(
                data=copied(
                    self.files[:2],
                    times=[WITNESSED - HOUR * random.randint(0, 20) for _ in range(3)],
                )
            ),
            "another log": lambda: Copy(data=copied(self.files[:2], log=OTHERS)),
            "a forged statement": lambda: Copy(data=copied([self.files[0], forged, self.files[2]])),
            "one number twice": lambda: Copy(data=copied([self.files[0], twice])),
            "a key to come": lambda: Copy(
                data=copied(
                    self.files[:2],
                    directories=[
                        directory_file(directory(issuers=(replace(keys, since=WITNESSED + HOUR),)))
                    ],
                )
            ),
            "one root key alone": lambda: Copy(
                data=copied(self.files[:2], directories=[directory_file(by=ROOTS[:1])])
            ),
            "old keys of the log": lambda: Copy(data=copied(self.files[:2], log=LOG)),
        }
        name = random.choice(sorted(changes))
        return f"copy: {name}", changes[name]()

    def _chain(self) -> list[Copy]:
        """Return copies with two versions of the directory: following, and contradicting."""
        first = sign_directory(directory(), ROOTS[:2])
        changed = RootSet.of(1, *(each.public() for each in (*ROOTS[1:], OTHERS)))
        copies = []
        for previous, roots, by in (
            (first.sha256, directory().roots, ROOTS[:2]),
            (first.sha256, changed, ROOTS[:2]),
            (first.sha256, changed, ROOTS[2:]),
            ("f" * 64, directory().roots, ROOTS[:2]),
        ):
            second = sign_directory(directory(version=2, previous=previous, roots=roots), by)
            both = [write_directory_file(first), write_directory_file(second)]
            copies.append(Copy(data=copied(self.files[:2], directories=both)))
            copies.append(Copy(data=copied(self.files[:2], directories=both[::-1])))
        return copies


def _laid_out(random: Random, text: str) -> str:
    for plain, turned in TURNED.items():
        if random.random() < 0.5:
            text = text.replace(plain, turned)
    if random.random() < 0.5:
        text = "".join(
            sign + (random.choice(MARKS[:6]) if random.random() < 0.03 else "") for sign in text
        )
    if random.random() < 0.5:
        text = "".join(
            random.choice(["\n", "\r\n", "  ", " "]) if sign == " " else sign for sign in text
        )
    return random.choice(["", " ", "\n"]) + text


def _excerpt(random: Random, text: str) -> str:
    words = text.split(" ")
    begin = random.randrange(len(words))
    return " ".join(words[begin : begin + random.randint(1, len(words))])


def _one_word(random: Random, text: str) -> str:
    words = text.split(" ")
    at = random.randrange(len(words))
    change = random.choice(["changed", "left out", "put in"])
    words[at : at + (change != "put in")] = [] if change == "left out" else ["not"]
    return " ".join(words)


def _many_words(random: Random, text: str) -> str:
    for _ in range(random.randint(2, 12)):
        text = _one_word(random, text) or "x"
    return text


def _a_sign(random: Random, text: str) -> str:
    at = random.randint(0, len(text))
    sign: str = random.choice([*MARKS, ",", "Ä", "İ", "ß", "Σ", "٣", "\U0001d7db"])
    return text[:at] + sign + text[at:]


def _flipped(random: Random, data: bytes, most: int | None = None) -> bytes:
    changed = bytearray(data)
    at = random.randrange(min(len(data), most or len(data)))
    changed[at] ^= 1 << random.randrange(8)
    return bytes(changed)


def _without(data: bytes, lead: bytes) -> bytes:
    return b"".join(line for line in data.splitlines(keepends=True) if not line.startswith(lead))


def laid(cases: Sequence[Case]) -> list[Copy]:
    """Return the copies of cases, each once, in the order in which they come."""
    return list({id(case.copy): case.copy for case in cases}.values())
