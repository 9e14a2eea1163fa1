"""What an invented ministry says: statements by the thousand, and what others make of them.

Statements are as those of ministries are: formulas at both ends that much of the register has,
forms that are filled in (a meeting, condolences, advice to travellers, an appointment), free
sentences with names, numbers, days and negations, and one sentence that denies something. Words
are invented and as rare as words are (Zipf), in five languages of four scripts. The same seed
gives the same texts.
"""

# ruff: noqa: RUF001 -- texts stand in their own scripts

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

ALTERED: Final = (0.05, 0.10, 0.15, 0.20)
"""Shares of words that are altered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """A language of the ministry.

    Attributes:
        code: Tag of BCP 47.
        share: How much of the register is in it.
        syllables: Of which its words are made.
        common: Its commonest words.
        between: What stands between two words.
        end: What ends a sentence.
        negation: What makes the contrary of a sentence.
        opening: Formulas that begin a statement.
        closing: A formula that ends one.
        forms: Sentences that are filled in.
        denial: A sentence of about ten words that denies something.
    """

    code: str
    share: float
    syllables: Sequence[str]
    common: Sequence[str]
    between: str
    end: str
    negation: str
    opening: Sequence[str]
    closing: str
    forms: Sequence[str]
    denial: str


def _crossed(onsets: str, vowels: str) -> list[str]:
    return [onset + vowel for onset in _words(onsets) for vowel in _words(vowels)]


def _words(text: str) -> list[str]:
    return text.split(" ")


_LATIN: Final = _crossed(
    "b c d f g h j k l m n p r s t v w z br ch dr fl gr kl pl pr sh st th tr",
    "a e i o u ai ea io ou an er il on ut",
)
TONGUES: Final = (
    Tongue(
        code="en",
        share=0.55,
        syllables=_LATIN,
        common=_words(
            "the of and to in a is that for it with as was on be by this are we have has will from"
            " at or an its their all our which between new more can been under other these any"
        ),
        between=" ",
        end=".",
        negation="not",
        opening=(
            "The Ministry of Foreign Affairs presents its compliments and states the following.",
            (
                "The Government reaffirms its commitment to international law and to the peaceful"
                " settlement of disputes."
            ),
            "The Spokesperson of the Ministry issued the following statement today.",
        ),
        closing="The Ministry avails itself of this opportunity to renew the assurances of its"
        " highest consideration.",
        forms=(
            (
                "The Minister of Foreign Affairs, {name}, received {name}, Ambassador of {place},"
                " on {day} {number} {month}. They discussed {word} {word} and agreed to meet again"
                " in {place}."
            ),
            (
                "The Government conveys its condolences to the people of {place} after the events"
                " in {place} on {number} {month}, in which {number} persons lost their lives."
            ),
            (
                "Citizens who travel to {place} are advised to avoid {place} until {number}"
                " {month}. The embassy in {place} can be reached at extension {number}."
            ),
            "{name} was appointed Ambassador to {place} with effect from {number} {month}.",
        ),
        denial="The Ministry did not {word} any {word} on the {word} of {place}.",
    ),
    Tongue(
        code="fr",
        share=0.15,
        syllables=_crossed("b c ch d f g j l m n p r s t v bl tr pr", "é è ai eau ou on eur ion"),
        common=_words(
            "le la les de des du et à en un une que qui pour dans sur par avec est sont a ont au"
            " aux ce cette nous notre leur plus tout entre sous"
        ),
        between=" ",
        end=".",
        negation="pas",
        opening=(
            "Le Ministère des affaires étrangères présente ses compliments et déclare ce qui suit.",
            "Le porte-parole du Ministère a fait aujourd’hui la déclaration suivante.",
        ),
        closing="Le Ministère saisit cette occasion pour renouveler les assurances de sa très haute"
        " considération.",
        forms=(
            (
                "Le ministre, {name}, a reçu {name}, ambassadeur de {place}, le {number} {month}."
                " Ils ont parlé de {word} et se reverront à {place}."
            ),
            (
                "Il est conseillé d’éviter {place} jusqu’au {number} {month}; l’ambassade répond au"
                " poste {number}."
            ),
        ),
        denial="Le Ministère n’a pas ordonné de {word} sur {word} à {place}.",
    ),
    Tongue(
        code="ar",
        share=0.12,
        syllables=_crossed("ب ت ج ح خ د ر س ش ص ط ع ف ق ك ل م ن ه", "ا و ي ار ين ات"),
        common=_words("في من على إلى عن مع هذا هذه التي الذي أن كل بين بعد قبل كما قد كان تم"),
        between=" ",
        end=".",
        negation="لا",
        opening=(
            "تهدي وزارة الخارجية أطيب تحياتها وتفيد بما يلي.",
            "أدلى المتحدث باسم الوزارة اليوم بالبيان التالي.",
        ),
        closing="وتغتنم الوزارة هذه الفرصة لتعرب عن فائق تقديرها واحترامها.",
        forms=(
            (
                "استقبل الوزير {name} السفير {name} من {place} يوم {number} {month} وبحثا {word} في"
                " {place}."
            ),
        ),
        denial="لم تأمر الوزارة بأي {word} على {word} في {place} ولن تفعل ذلك أبدا.",
    ),
    Tongue(
        code="ru",
        share=0.1,
        syllables=_crossed("б в г д з к л м н п р с т ч ст пр", "а е и о у ов ен ия ост"),
        common=_words("в и на с по к от за из о для что как это его мы их все между при так или"),
        between=" ",
        end=".",
        negation="не",
        opening=(
            "Министерство иностранных дел свидетельствует своё уважение и сообщает следующее.",
            "Официальный представитель Министерства сделал сегодня следующее заявление.",
        ),
        closing="Министерство пользуется случаем, чтобы возобновить уверения в своём весьма высоком"
        " уважении.",
        forms=(
            (
                "Министр {name} принял {name}, посла {place}, {number} {month}. Стороны обсудили"
                " {word} и встретятся в {place}."
            ),
        ),
        denial="Министерство не отдавало приказа о {word} на {word} в {place}.",
    ),
    Tongue(
        code="zh",
        share=0.08,
        syllables=[chr(0x4E00 + 7 * step) for step in range(1400)],
        common=list("的是在和了有不为以与对中这将就会国"),
        between="",
        end="。",
        negation="未",
        opening=("外交部发言人今日发表声明如下。", "外交部重申遵守国际法和平解决争端的承诺。"),
        closing="外交部借此机会再次表示最崇高的敬意。",
        forms=("外交部长{name}于{number}{month}日在{place}会见{name},就{word}交换意见。",),
        denial="外交部没有下令在{place}进行任何{word}{word}。",
    ),
)
_MONTHS: Final = ("January", "March", "May", "June", "July", "September", "November", "December")
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WORDS: Final = 12_000
_MEAN: Final = 3


class Ministry:
    """One ministry with its words, and with those who copy it."""

    def __init__(self, seed: int, said: int | None = None) -> None:
        """Make the vocabularies.

        Args:
            seed: Of the words, the names and the places.
            said: Of what is said in them; None takes the same.
        """
        self.random = Random(seed)  # noqa: S311 -- an invented world, the same each time
        self._words = {one.code: self._vocabulary(one) for one in TONGUES}
        self._sums = list(accumulate(1 / (rank + _MEAN) for rank in range(_WORDS)))
        self._names = {
            one.code: [self._made(one, 3).title() for _ in range(2_000)] for one in TONGUES
        }
        self._places = {
            one.code: [self._made(one, 3).title() for _ in range(200)] for one in TONGUES
        }
        if said is not None:
            self.random.seed(said)

    def tongue(self) -> Tongue:
        """Return a language, as often as the ministry uses it."""
        return self.random.choices(TONGUES, [one.share for one in TONGUES])[0]

    def statement(self, tongue: Tongue | None = None) -> str:
        """Return a statement: in ten one denial, one form with a sentence or two, longer ones."""
        of = tongue or self.tongue()
        if self.random.random() < 0.1:
            return self._filled(of, of.denial)
        return self.long_statement(of)

    def long_statement(self, tongue: Tongue | None = None, *, forms: bool = True) -> str:
        """Return one with sentences that stand nowhere else, often with a form and formulas."""
        of, kind = tongue or self.tongue(), self.random.random()
        said = [self.sentence(of) for _ in range(self.random.randint(2, 22))]
        if forms and kind < 0.4:
            said = [self._filled(of, self.random.choice(of.forms)), *said]
        if kind < 0.1:
            said = said[: self.random.randint(1, 2)]
        if self.random.random() < 0.6:
            said.insert(0, self.random.choice(of.opening))
        if self.random.random() < 0.4:
            said.append(of.closing)
        return (of.between or "").join(said)

    def form(self) -> str:
        """Return a denial or a form alone, filled in."""
        of = self.tongue()
        return self._filled(of, self.random.choice((of.denial, *of.forms)))

    def sentence(self, of: Tongue) -> str:
        """Return 6 to 28 words; some are a name, a number, a day, a negation."""
        said = [self.word(of) for _ in range(self.random.randint(6, 28))]
        for put in (
            self.random.choice(self._names[of.code]),
            str(self.random.randint(2, 9_999)),
            self.random.choice(_DAYS) if of.code == "en" else self.word(of),
            of.negation,
        ):
            if self.random.random() < 0.4:
                said[self.random.randrange(len(said))] = put
        text = of.between.join(said)
        return text[:1].upper() + text[1:] + of.end

    def word(self, of: Tongue) -> str:
        """Return a word, a common one more often than a rare one."""
        return self.random.choices(self._words[of.code], cum_weights=self._sums)[0]

    def altered(self, text: str, share: float) -> str:
        """Return a text with a share of its words replaced, left out, or followed by another."""
        words, between = parted(text)
        of = _of(text)
        for place in self.random.sample(range(len(words)), int(share * len(words))):
            kind = self.random.randrange(3)
            words[place] = (
                "",
                f"{words[place]}{between}{self.word(of)}",
                self.word(of),
            )[kind]
        return between.join(word for word in words if word)

    def turned(self, text: str) -> str:
        """Return a text with one word that changes what it says: not, a number, a day, a name."""
        words, between = parted(text)
        of = _of(text)
        place = self.random.randrange(len(words))
        kind = self.random.randrange(4)
        if kind == 0:
            words.insert(place, of.negation)
        else:
            words[place] = (
                str(self.random.randint(10_000, 99_999)),
                f"{self.random.choice(_MONTHS)}s",
                self._made(of, 3).title(),
            )[kind - 1]
        return between.join(words)

    def excerpt(self, text: str, part: float = 0.25) -> str:
        """Return a stretch of a text, of ten words at least."""
        words, between = parted(text)
        size = max(10, int(len(words) * part))
        begin = self.random.randrange(max(1, len(words) - size + 1))
        return between.join(words[begin : begin + size])

    def _filled(self, of: Tongue, form: str) -> str:
        made = form
        fills: dict[str, Callable[[], str]] = {
            "{name}": lambda: self.random.choice(self._names[of.code]),
            "{place}": lambda: self.random.choice(self._places[of.code]),
            "{day}": lambda: self.random.choice(_DAYS),
            "{month}": lambda: self.random.choice(_MONTHS),
            "{number}": lambda: str(self.random.randint(2, 400)),
            "{word}": lambda: self.word(of),
        }
        for slot, fill in fills.items():
            while slot in made:
                made = made.replace(slot, fill(), 1)
        return made

    def _vocabulary(self, of: Tongue) -> list[str]:
        made = dict.fromkeys(of.common)
        while len(made) < _WORDS:
            made[self._made(of, self.random.choice((1, 2, 2, 3)) + (not of.between))] = None
        return list(made)

    def _made(self, of: Tongue, syllables: int) -> str:
        return "".join(self.random.choice(of.syllables) for _ in range(syllables))


def parted(text: str) -> tuple[list[str], str]:
    """Return a text's words, or its signs where no blank parts words, and what stands between."""
    return (list(text), "") if _of(text).between == "" else (text.split(" "), " ")


def _of(text: str) -> Tongue:
    """Return the language of a text, by its script (French counts as English)."""
    for sign in text:
        if "\u0400" <= sign <= "\u04ff":
            return TONGUES[3]
        if "\u0600" <= sign <= "\u06ff":
            return TONGUES[2]
        if "\u3000" <= sign <= "\u9fff":
            return TONGUES[4]
    return TONGUES[0]
