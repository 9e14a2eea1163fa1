"""Who gives changed words as a statement's own is found; who quotes, cuts or mocks is not."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.threats.impersonation.altered_copies import AlteredCopies, AlteredCopy, Issued, Post
from worlds.copied_posts import CopiedPosts

TEXT = (
    "The talks with Tarvia on the northern border begin on 3 May in Velmar. We did not order any"
    " attack on the port, and both sides attend with ten experts each."
)
LIE = TEXT.replace("did not order any", "did order any")
STATEMENT = Issued(issuer="Aldania", number="2026/1", language="en", text=TEXT, issued=0)
ANOTHER = Issued(
    issuer="Aldania",
    number="2026/2",
    language="en",
    text="The embassy in Tarvia is closed on Friday; visas are given out again from 9 May on.",
    issued=0,
)


def post(text: str, number: int = 1, account: str = "acct-a") -> Post:
    return Post(post_id=f"p{number}", account_id=account, time=number, text=text)


def found(*texts: str) -> list[AlteredCopy]:
    posts = [post(text, number) for number, text in enumerate(texts, 1)]
    return list(AlteredCopies([STATEMENT, ANOTHER]).detect(posts))


@pytest.mark.parametrize(
    ("text", "registered", "pasted"),
    [
        (LIE, "not", ""),
        (f"BREAKING: {LIE} https://x.example/1", "not", ""),
        (TEXT.replace("3 May", "13 May"), "3", "13"),
        (TEXT.replace("Velmar", "Dorna"), "Velmar.", "Dorna."),
        (TEXT.replace("ten experts each", "ten soldiers each"), "experts", "soldiers"),
        (TEXT.replace("experts each.", "soldiers."), "experts each.", "soldiers."),
        (TEXT.replace("The talks", "The war"), "talks", "war"),
        (LIE[40:], "not", ""),
        (TEXT.replace("begin", "do not begin"), "", "do not"),
    ],
)
def test_changed_words_are_found_and_shown(text: str, registered: str, pasted: str) -> None:
    (one,) = found(text)
    assert (one.number, one.issuer, one.language) == ("2026/1", "Aldania", "en")
    assert [(each.registered, each.pasted) for each in one.differences] == [(registered, pasted)]
    assert (pasted or registered) in one.reason


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"At last: {TEXT} What took them so long?",
        TEXT[:90],
        f"“{TEXT}” Well.",
        f"Well: “{TEXT}”",
        f"“{TEXT}” I do not believe a word of it.",
        f"“{TEXT[:71]}” Too late! “{TEXT[71:]}”",
        TEXT.replace("We did not order any attack on the port, and", "[...]"),
        TEXT.replace("on the northern border", "…"),
        TEXT.replace("Tarvia", "#TARVIA!").replace("port,", "port"),
        TEXT.replace("Tarvia", "@acct-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
        TEXT.replace("Velmar", "acct-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
        f"Satire: {LIE}",
        f"This is FAKE, share it not: {LIE}",
        f"{LIE} #parody",
        "The ministry says that it did not order any attack. Who believes that?",
        "The talks begin on Monday.",
        "",
    ],
)
def test_quotations_excerpts_and_what_is_marked_are_ordinary_speech(text: str) -> None:
    assert found(text) == []


def test_a_mark_inside_the_words_excuses_nothing() -> None:
    (one,) = found(TEXT.replace("did not order any", "falsified the"))
    assert one.differences[0].pasted == "falsified the"


def test_a_correction_that_is_registered_is_no_alteration_of_the_first() -> None:
    second = Issued(issuer="Aldania", number="2026/3", language="en", text=LIE, issued=1)
    assert list(AlteredCopies([STATEMENT, second]).detect([post(LIE)])) == []


def test_one_wording_is_one_finding_with_all_its_posts_the_first_one_first() -> None:
    other = TEXT.replace("Velmar", "Dorna")
    findings = found(other, f"{LIE} https://x.example/1", f"Look: {LIE}", TEXT, LIE)
    assert [[one.post_id for one in each.copies] for each in findings] == [
        ["p1"],
        ["p2", "p3", "p5"],
    ]
    assert [each.grade for each in findings] == ["high", "high"]


@given(st.permutations(range(6)))
def test_the_order_of_posts_changes_nothing(order: list[int]) -> None:
    texts = [LIE, TEXT, f"{LIE} now", TEXT.replace("3 May", "4 May"), LIE.lower(), f"Satire {LIE}"]
    posts = [post(text, number) for number, text in enumerate(texts)]
    detector = AlteredCopies([STATEMENT, ANOTHER])
    assert list(detector.detect(posts[at] for at in order)) == list(detector.detect(posts))


@given(st.text(max_size=300))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    AlteredCopies([STATEMENT, Issued(issuer="", number="", language="", text=text, issued=0)])
    list(AlteredCopies([STATEMENT]).detect([post(text), post(f"{LIE}{text}")]))


def at_least(right: int, of: int) -> float:
    """Return the lower end of Wilson's 95 % interval of a share."""
    share, z = right / of, 1.96
    middle, spread = share + z * z / (2 * of), share * (1 - share) / of + (z / (2 * of)) ** 2
    return (middle - z * math.sqrt(spread)) / (1 + z * z / of)


def test_labelled_posts_are_told_apart_beyond_stated_floors() -> None:
    world = CopiedPosts(seed=20_261_127)
    detector = AlteredCopies(world.register)
    told: Counter[tuple[str, bool]] = Counter()
    by_sort: Counter[tuple[str, bool]] = Counter()
    for sort, label, one in world.posts(40):
        carried = detector.carried(one.text)
        is_told = carried is not None and carried.how == "altered"
        told[label, is_told] += 1
        by_sort[sort, is_told] += 1
    altered = told["altered", True] + told["altered", False]
    # Missed are short forms of the office, filled in otherwise below a comment: the lookup takes
    # what one statement in 40 has for a formula, so that texts of others are not called ours.
    assert at_least(told["altered", True], altered) >= 0.91  # recall
    both = told["altered", True] + told["ordinary", True]
    assert at_least(told["altered", True], both) >= 0.94  # precision, ordinary speech beside
    assert told["ordinary", True] <= 0.02 * (told["ordinary", True] + told["ordinary", False])
    for sort in ("satire, marked", "satire, written anew"):
        assert by_sort[sort, True] <= 2
    # What no rule can tell: a word or two changed, without any mark. It stands as an error.
    assert by_sort["satire, unmarked", True] >= 35
