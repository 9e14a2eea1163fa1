"""Monitoring orders: stated whole, ended by themselves, refused where none may be aimed."""

# ruff: noqa: RUF001 - letters of other scripts are what is tested

import math
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from legation.errors import DeniedError, LegationError, UsageError
from legation.rights import aims, lettering, orders, plainness, wording
from legation.rights.aims import names_conduct, refused_words
from legation.rights.intrusion import PARTS
from legation.rights.lettering import disguises
from legation.rights.orders import (
    DOUBTS,
    MOST_DAYS,
    REFUSED,
    TARGETS,
    Draft,
    doubts_of,
    order_of,
    refusal_of,
)
from legation.rights.wording import understood

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LABELLED = tomllib.loads(Path(__file__).with_name("orders_labelled.toml").read_text("utf-8"))
DRAFT = Draft(
    threat="T1",
    target="accounts-acting-together",
    watched="accounts that post the word for grain in one text",
    expression="none is kept from posting; opinions on the treaty are not looked at",
    legality="article 4 of the invented law",
    aim="find accounts that post one text about the treaty within seconds",
    necessity="single posts do not show that they are made together",
    proportionality="public posts only, under pseudonyms",
    safeguards="the legal adviser agrees, and complaints go to the ombudsman",
    actor="ann",
    ends="2026-03-31",
)


def with_other(**other: Any) -> Draft:
    return msgspec.structs.replace(DRAFT, **other)


def refused(draft: Draft) -> bool:
    """Tell whether the rules refuse a draft, and check that the order is refused then too."""
    refusal = refusal_of(draft)
    if refusal is not None:
        with pytest.raises(DeniedError, match="the order is refused"):
            order_of(draft, "order-1", NOW)
    return refusal is not None


def test_an_order_keeps_all_that_was_stated() -> None:
    order = order_of(DRAFT, "order-1", NOW)
    assert order.test.parts() == {name: getattr(DRAFT, name) for name in PARTS}
    assert (order.expression, order.ends.isoformat()) == (DRAFT.expression, DRAFT.ends)


def test_an_order_ends_by_itself_after_its_last_day() -> None:
    order = order_of(DRAFT, "order-1", NOW)
    assert order.holds(datetime(2026, 3, 31, 23, 59, tzinfo=UTC))
    assert not order.holds(datetime(2026, 4, 1, tzinfo=UTC))


@pytest.mark.parametrize("target", sorted(REFUSED))
def test_an_order_of_a_refused_class_is_refused_whatever_it_says(target: str) -> None:
    assert refused(with_other(target=target))
    assert refused(with_other(target=target, ends="", legality="", threat="", actor=""))
    with pytest.raises(DeniedError, match="rule target") as said:
        order_of(with_other(target=target), "order-1", NOW)
    assert target in str(said.value)
    assert "what accounts, domains or programs do together" in said.value.hint


@pytest.mark.parametrize("field", ["aim", "watched"])
@pytest.mark.parametrize("target", [one for one in TARGETS if one not in REFUSED])
@pytest.mark.parametrize(
    "words",
    [
        "accounts of those who join the PROTESTS",
        "accounts of jour\u00adnalists",
        "les comptes des journalístes",
        "учётные записи ОППОЗИЦИИ",
        "حسابات المُعارَضة",
        "反对派的账号",
    ],
)
def test_an_order_that_says_another_thing_than_its_class_is_refused(
    field: str, target: str, words: str
) -> None:
    assert refused(with_other(target=target, **{field: words}))


def test_an_order_that_names_no_conduct_is_refused() -> None:
    draft = with_other(aim="know who thinks what of the treaty", watched="what is said of grain")
    with pytest.raises(DeniedError, match="rule conduct"):
        order_of(draft, "order-1", NOW)
    assert refused(with_other(aim="Wer ist gegen den Vertrag?", watched="alle, die etwas sagen"))


TEXTS = ("aim", "watched", "expression", *(part for part in PARTS if part != "aim"))


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize(
    "words",
    [
        "the journalists have to be found before the election",
        "die Regierungskritiker sind zu finden, bevor sie gehört werden",
        "il faut suivre les gilets jaunes partout",
        "必須找出反對黨的成員",
        "πρέπει να βρεθούν οι δημοσιογράφοι",
        "finna þarf blaðamenn áður en þeir skrifa",
        "members of the cabinet are to be heard",
        "party members and union members are looked at",
    ],
)
def test_every_part_of_an_order_is_read_in_every_language_of_the_list(
    field: str, words: str
) -> None:
    draft = with_other(**{field: words})
    refusal = refusal_of(draft)
    assert refusal is not None
    assert (refusal.rule, refusal.parts) == ("words", (field,))
    assert refused(draft)


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("find the accounts of jour\u200bnalists", "signs that cannot be seen"),
        ("find the accounts of jour\u00adnalists", "signs that cannot be seen"),
        ("find the accounts \u202estsilanruoj\u202c of", "signs that cannot be seen"),
        ("find the accounts of j\u043eurnalists", "letters of two alphabets in one word"),
        ("найти учётные записи oппозиции", "letters of two alphabets in one word"),
        ("find accounts of j o u r n a l i s t s", "letters with blanks or signs between them"),
        ("find accounts of p.r.o.t.e.s.t", "letters with blanks or signs between them"),
        ("find accounts of р-р-о-т-е-с-т", "letters with blanks or signs between them"),
        ("find accounts of v\u0300\u0301\u0302\u0303oters", "letters under heaps of accents"),
        ("find accounts of \u1d0a\u1d0f\u1d1crnalists", "signs that are drawn as letters"),
        ("find accounts of \U0001f1ef\U0001f1f4\U0001f1fa", "signs that are drawn as letters"),
    ],
)
def test_words_that_are_hidden_are_refused_by_the_name_of_the_way(
    field: str, words: str, way: str
) -> None:
    draft = with_other(**{field: words})
    refusal = refusal_of(draft)
    assert refusal is not None
    assert (refusal.rule, refusal.parts) == ("disguise", (field,))
    assert way in refusal.disguises
    assert refused(draft)


@pytest.mark.parametrize(
    "words",
    [
        "find accounts of \uff4a\uff4f\uff55\uff52\uff4e\uff41\uff4c\uff49\uff53\uff54\uff53",
        "find accounts of \U0001d423\U0001d428\U0001d42e\U0001d42b\U0001d427alists",
        "find accounts of jóürñälísts",
        "find accounts of jour-nalists",
        "find accounts of jour. nalists",
        "find accounts of j0urna1ists",
        "find accounts of pr0te5ters",
        "find accounts of ѕоѕ орроѕіtіоn",
        "find the accounts of the орроѕіоn and the рrоtеѕtѕ",
        "查找记 者的账号",
        "查找记.者的账号",
        "查找記者的帳號",
        "ح\u0640سابات الم\u0640عار\u0640ضة",
        "İŞÇİ SENDİKALARININ HESAPLARI",
        "учетные записи ОППОЗИЦИИ",
    ],
)
def test_a_word_is_found_however_its_letters_are_written(words: str) -> None:
    assert refused(with_other(aim=words))
    assert refused(with_other(watched=words))


@pytest.mark.parametrize(
    "words",
    [
        "the VPN and the DDoS of the O.S.C.E. and the U.N.E.S.C.O.",
        "5G网络和VPN服务器",
        "الحسابات التي تستخدم الـVPN",
        "Ｗide letters and naïve façades, Việt Nam, Łódź, Ísafjörður",
        "атаки DDoS на IP-адреса посольства",
        "می\u200cخواهم",
        "a, b and c; d, e",
    ],
)
def test_what_is_plainly_written_hides_nothing(words: str) -> None:
    assert disguises(words) == ()


def test_what_is_spared_may_be_named_where_it_is_spared_and_is_read_by_somebody() -> None:
    spared = "journalists, protest and the opposition are left out"
    assert refused(with_other(expression=spared))  # only one clause says so
    draft = with_other(expression="journalists and protests are left out")
    assert not refused(draft)
    assert doubts_of(draft) == ("unknown", "spared")
    assert refused(with_other(aim="accounts that are not of journalists"))


def test_the_plain_order_is_in_no_doubt() -> None:
    assert refusal_of(DRAFT) is None
    assert doubts_of(DRAFT) == ()


@pytest.mark.parametrize(
    ("other", "doubt"),
    [
        ({"aim": "tilit, jotka julkaisevat saman tekstin sopimuksesta"}, "language"),
        ({"necessity": "de losse berichten tonen niet dat zij van een bron zijn"}, "language"),
        ({"watched": "条約について同じ文を投稿するアカウント"}, "language"),
        ({"watched": "조약에 관한 같은 글을 올리는 계정"}, "language"),
        ({"watched": "संधि के बारे में एक ही पाठ के खाते"}, "language"),
        ({"watched": "حساب‌هایی که یک متن را پخش می‌کنند"}, "language"),
        ({"legality": "член 4 от закона, който не е за това и не се прилага"}, "language"),
        ({"aim": "grain posts", "watched": "bots"}, "short"),
        ({"aim": "the treaty on grain and its ships", "watched": "the ships"}, "vague"),
        ({"watched": "the accounts of a poet in the harbour town"}, "person"),
        ({"watched": "accounts that pretend to be journalists of the north"}, "imitated"),
        ({"safeguards": "citizens may complain to the ombudsman at any time"}, "spared"),
        ({"legality": "article 4 of the law on political parties of 1994"}, "spared"),
    ],
)
def test_an_order_of_which_the_rules_cannot_tell_is_in_doubt(
    other: dict[str, str], doubt: str
) -> None:
    draft = with_other(**other)
    assert refusal_of(draft) is None
    assert doubt in doubts_of(draft)


@pytest.mark.parametrize("language", sorted(LABELLED["apart"]))
def test_each_language_of_the_list_is_understood(language: str) -> None:
    every = LABELLED["apart"][language]
    for label in ("permit", "refuse"):
        assert understood("; ".join(every[label]))


def test_no_order_of_the_attackers_gets_through_and_none_is_refused_without_cause() -> None:
    attacked = LABELLED["hard"]["attacked"]
    for words in attacked["refuse"]:
        assert refused(with_other(aim=words)), words
        assert refused(with_other(watched=words)), words
    for words in attacked["permit"]:
        draft = with_other(aim=words, watched="accounts that post one text")
        assert not refused(draft), words


ATTACK = LABELLED["attack"]["every"]


@pytest.mark.parametrize("text", ATTACK["refuse"])
def test_no_order_against_people_holds_at_once_however_it_speaks_of_accounts(text: str) -> None:
    assert outcome(text) in ("refused", "waits")


HARMLESS = (
    ("protect the vigilance of the officer", "automated accounts that send false alarms"),
    ("Vigilar los servidores que atacan a la misión", "los servidores que envían correos falsos"),
    ("find the malware Mockingbird on servers", "servers that command the malware Mockingbird"),
    ("the editorial calendar tool is attacked", "servers that attack the tool of the mission"),
    ("حماية السفارة في ميدان التحرير من التصيد", "النطاقات التي تنتحل صفحة السفارة"),
    ("candidate software is forged", "domains that offer a forged release of our program"),
)


@pytest.mark.parametrize(("aim", "watched"), HARMLESS)
def test_a_word_that_only_begins_like_a_refused_one_refuses_nothing(aim: str, watched: str) -> None:
    assert refusal_of(with_other(aim=aim, watched=watched)) is None


def test_a_word_of_another_language_than_the_text_waits_and_is_not_refused() -> None:
    draft = with_other(necessity="el presidio de los servidores que atacan a la misión es serio")
    assert refusal_of(draft) is None
    assert "foreign" in doubts_of(draft)
    assert refused(with_other(necessity="il presidio che si tiene davanti alla sede è per loro"))


@pytest.mark.parametrize(
    ("other", "doubts"),
    [
        ({"watched": "accounts of Ivan Horvat that post one text"}, {"unknown", "person"}),
        ({"safeguards": "only what comes from Ana Kovic is looked at"}, {"unknown", "person"}),
        (
            {"necessity": "only so is it learnt what happens on the square at noon"},
            {"unknown", "person"},
        ),
        ({"watched": "accounts in annex B that post one text"}, {"unknown", "outside"}),
        ({"watched": "accounts acct-1 and acct-2 that post one text"}, {"unknown", "outside"}),
        ({"legality": "the accounts are in the sealed letter of May"}, {"outside"}),
        ({"proportionality": "it is about jurnalists and is over soon"}, {"unknown", "almost"}),
        ({"proportionality": "it is about stsilanruoj and is over soon"}, {"unknown", "almost"}),
        ({"watched": "accounts of the hodgers that post one text"}, {"unknown"}),
        ({"aim": "find accounts that post one text on the treaty"}, {"vague"}),
    ],
)
def test_an_order_waits_for_each_thing_that_could_name_somebody(
    other: dict[str, str], doubts: set[str]
) -> None:
    draft = with_other(**other)
    assert refusal_of(draft) is None
    assert {*doubts_of(draft)} == doubts


@pytest.mark.parametrize("part", [name for name in TEXTS if name not in ("aim", "watched")])
@pytest.mark.parametrize(
    "whom",
    [
        *("muslims", "kurds", "uyghurs", "navalny", "ana kovic", "blm", "antifa", "tories"),
        *("cartoonists", "vloggers", "wartawan", "toimittajat", "the maidan", "blank sheets"),
        *("France", "Costa Rica"),
    ],
)
def test_whoever_is_named_in_any_part_of_an_order_is_read_of_by_a_second_person(
    part: str, whom: str
) -> None:
    draft = with_other(**{part: f"The accounts meant are those of {whom}, and nothing more."})
    assert refused(draft) or doubts_of(draft)


@pytest.mark.parametrize(
    ("aim", "watched"),
    [
        (
            "find accounts that attack our ministry in words",
            "accounts that attack the ministry in posts",
        ),
        ("find accounts that publish leaked papers", "pages and sites that publish leaked cables"),
        ("find the posts that attack the ambassador", "posts that attack the ambassador"),
        ("find bots and accounts that post about our ministry", "bots and accounts that post"),
    ],
)
def test_criticism_and_publishing_are_no_hostile_conduct(aim: str, watched: str) -> None:
    draft = with_other(aim=aim, watched=watched)
    assert refused(draft) or "vague" in doubts_of(draft)


@pytest.mark.parametrize("turned", [False, True])
def test_a_word_that_is_parted_over_aim_and_target_is_refused(turned: bool) -> None:
    one, other = "find accounts of journa", "lists that post one text within seconds"
    aim, watched = (f"{other} journa", "lists within seconds") if turned else (one, other)
    refusal = refusal_of(with_other(aim=aim, watched=watched))
    assert refusal is not None
    assert (refusal.rule, refusal.parts) == ("words", ("aim", "watched"))


@pytest.mark.parametrize(
    ("aim", "watched"),
    [
        ("protect the mail of the embassy against phishing", "domains that imitate our page"),
        ("trouver les faux comptes de l'ambassadeur", "les comptes qui imitent le nom"),
        ("查找冒充大使的虚假账号", "使用大使照片的虚假账号"),
        ("Gefälschte Konten des Botschafters finden", "Konten, die sich als Botschafter ausgeben"),
    ],
)
def test_an_order_of_plain_words_about_hostile_conduct_holds_at_once(
    aim: str, watched: str
) -> None:
    assert doubts_of(with_other(aim=aim, watched=watched)) == ()


@pytest.mark.parametrize("table", ["hostile", "plain", "outside", "groups"])
def test_each_language_of_the_list_has_words_by_which_an_order_holds_or_waits(table: str) -> None:
    listed = lettering.words_of(table, "plain_words.toml")
    assert {*listed} - {"every"} == {*LABELLED["apart"]}
    assert min(map(len, listed.values())) > 2


def outcome(text: str) -> str:
    """Return what becomes of an order with this aim, whose other parts are in no doubt."""
    aim, _, watched = text.partition(" | ")
    draft = with_other(aim=aim, watched=watched or text)
    if refused(draft):
        return "refused"
    return "waits" if doubts_of(draft) else "given"


def counted(part: str, label: str) -> tuple[int, int, int]:
    """Return how many of a part of the labelled orders are refused, wait and are given."""
    found = [outcome(text) for one in LABELLED[part].values() for text in one[label]]
    return found.count("refused"), found.count("waits"), found.count("given")


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the interval of a share in per cent (Wilson 1927, 95 %)."""
    z, share = 1.959964, part / whole
    middle = share + z * z / (2 * whole)
    spread = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 100 / (1 + z * z / whole)
    return max(0.0, (middle - spread) * scale), min(100.0, (middle + spread) * scale)


def row_of(part: str) -> str:
    """Return the row of the reference for a part of the labelled orders."""
    cells = [f"`{part}`"]
    for label, wrong in (("refuse", 2), ("permit", 0)):
        found = counted(part, label)
        low, high = wilson(found[wrong], sum(found))
        cells.append(f"{found[wrong]} of {sum(found)} ({low:.1f} to {high:.1f} %)")
        cells.append(f"{found[1]}")
    return "| " + " | ".join(cells) + " |"


@pytest.mark.parametrize("part", sorted(LABELLED))
def test_the_error_of_the_words_is_the_one_that_reference_and_results_state(part: str) -> None:
    root = Path(__file__).parents[2]
    row = row_of(part)
    print(row)  # noqa: T201 (shown by `pytest -s`: what to write where this fails)
    assert row in (root / "docs" / "reference" / "rights.md").read_text("utf-8"), row
    if part in ("apart", "attack"):
        _, _, let_through, waits, stopped, others, _ = (cell.strip() for cell in row.split("|"))
        given = let_through.replace(" (", " given that should be refused (")
        withheld = stopped.replace(" (", " refused that should be given (")
        said = f"{given}, {waits} wait; {withheld}, {others} wait "
        assert said in (root / "benchmarks" / "RESULTS.md").read_text("utf-8"), said


def test_the_labelled_orders_are_enough_to_measure_by() -> None:
    for label in ("refuse", "permit"):
        texts = [text for part in LABELLED.values() for one in part.values() for text in one[label]]
        assert len(set(texts)) == len(texts) >= 200
    assert len({language for part in LABELLED.values() for language in part}) >= 8


def test_each_language_of_the_list_has_words_for_each_class() -> None:
    languages = {"en", "fr", "es", "ru", "ar", "zh", "de", "el", "is", "pt", "it", "pl", "tr", "uk"}
    assert languages == {*LABELLED["apart"]} == {*LABELLED["seen"]} - {"hant"}
    for target, listed in aims._listed().items():
        assert {*listed} == languages, target
        assert min(map(len, listed.values())) > 5, target


@pytest.mark.parametrize("text", ["", " ", "\u200b", "@", "*", "(", "\ud800", "x" * 100_000])
def test_odd_texts_are_judged_without_harm(text: str) -> None:
    assert refused_words(text) == []
    assert not names_conduct(text)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"threat": "T7"}, "no threat 'T7'"),
        ({"target": "everybody"}, "no target 'everybody'"),
        ({"ends": ""}, "no last day"),
        ({"ends": "tomorrow"}, "is no day"),
        ({"ends": "2026-W14-1"}, "is no day"),
        ({"ends": "20260331"}, "is no day"),
        ({"ends": "2026-02-28"}, "is past"),
        ({"ends": "2026-05-31"}, "later than 90 days"),
        ({"watched": "accounts such as @bob"}, "in clear"),
        ({"aim": "watch the mail of bob@example.org"}, "in clear"),
    ],
)
def test_an_order_that_is_wrongly_filled_in_is_refused_in_words(
    other: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said) as refusal:
        order_of(with_other(**other), "order-1", NOW)
    assert refusal.value.hint


@pytest.mark.parametrize("part", ["watched", "expression", *PARTS])
def test_an_order_without_one_of_its_parts_cannot_be_given(part: str) -> None:
    with pytest.raises(LegationError):
        order_of(with_other(**{part: "accounts"}), "order-1", NOW)


@pytest.mark.parametrize("actor", ["", " ", "ann\nben"])
def test_somebody_must_order(actor: str) -> None:
    with pytest.raises(DeniedError, match="who orders"):
        order_of(with_other(actor=actor), "order-1", NOW)


def test_the_last_day_may_be_today_and_at_most_the_stated_number_of_days_away() -> None:
    for days in (0, MOST_DAYS):
        ends = (NOW.date() + timedelta(days=days)).isoformat()
        assert order_of(with_other(ends=ends), "order-1", NOW).ends.isoformat() == ends


def test_the_rule_knows_no_setting_role_or_policy() -> None:
    for module in (orders, aims, lettering, plainness, wording):
        text = Path(str(module.__file__)).read_text("utf-8")
        imported = [line for line in text.splitlines() if "import " in line and "legation" in line]
        assert not [line for line in imported if "settings" in line or "policies" in line]
        assert not [line for line in imported if "roles" in line or "clearance" in line]
    for rule in (refusal_of, doubts_of):
        assert set(rule.__annotations__) == {"order", "return"}


def test_each_doubt_is_told_in_words() -> None:
    assert all(len(words) > 20 for words in DOUBTS.values())
    assert {*DOUBTS} == set(get_args(orders.Doubt))
