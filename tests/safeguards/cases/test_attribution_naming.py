"""Nobody is named by one person alone, and no state in law without a link to it."""

import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import ConflictError, DeniedError, NotFoundError, RecordError
from legation.safeguards.cases.attribution import gaps
from legation.safeguards.cases.attribution.gaps import Gap, attribution_gaps, require_agreement
from legation.safeguards.cases.attribution.layers import LAYERS, Layer, Layered
from legation.safeguards.cases.attribution.matrix import STANDING, Hypothesis, Item, Weighed
from legation.safeguards.cases.attribution.naming import (
    NO_LINK,
    NOBODY_PROPOSED,
    NOTHING_WEIGHED,
    UNWEIGHED,
    WAITS,
    WITHDRAWN,
    Agreed,
    Attributed,
    Claimed,
    Withdrawn,
    standing_attribution,
    wording,
)
from legation.safeguards.cases.attribution.rows import Row
from legation.safeguards.cases.attribution.state_link import LinkAnswer, Linked
from legation.safeguards.cases.bodies import Answer, Body, Likelihood

START = datetime(2026, 3, 1, tzinfo=UTC)
CASES = Path(__file__).parents[2] / "worlds" / "cases"
KEYS = ("x", "y", *(key for key, _ in STANDING.values()))


def rows(bodies: Iterable[Body | tuple[str, Body]], first: int = 11) -> list[Row]:
    told: list[Row] = []
    for at, one in enumerate(bodies, first):
        author, body = one if isinstance(one, tuple) else ("ann", one)
        told.append((at, author, START + timedelta(hours=at), body))
    return told


def item(number: int, source: str = "") -> Item:
    return Item(
        number=number,
        says="so",
        source=source or f"source {number}",
        reliability="A",
        credibility="1",
    )


ITEMS = (item(1), item(2), item(3))


def weighings(against: int = -2) -> list[Body]:
    return [
        Weighed(item=one.number, hypothesis=key, fit=1 if key == "x" else against, why="so")
        for one in ITEMS
        for key in KEYS
    ]


def hypotheses(party: str = "XA") -> list[Body]:
    return [
        Hypothesis(key="x", kind="state", says="one did it", party=party, actor="the group"),
        Hypothesis(key="y", kind="state", says="the other did it", party="XB"),
    ]


def layer(told: Layer, party: str = "XA", likelihood: Likelihood = "very likely") -> Layered:
    return Layered(
        layer=told,
        party=party,
        likelihood=likelihood,
        confidence="moderate",
        rests_on=(1, 2),
        basis="so it is",
        gaps="much",
        form="public" if told == "political" else None,
    )


def linked(answer: Answer = "yes", party: str = "XA", actor: str = "the group") -> Linked:
    given_ = LinkAnswer(element="instructed", answer=answer, rests_on=(1,))
    no = [
        LinkAnswer(element=one, answer="no")
        for one in ("directed", "effective-control", "overall-control")
    ]
    return Linked(test="directed", party=party, actor=actor, answers=(given_, *no))


def attributed(told: Layer = "legal", party: str | None = "XA", **more: Any) -> Attributed:
    fields = {"likelihood": "very likely", "confidence": "moderate", **more}
    return Attributed(
        layer=told, party=party, by="the ministry", on="2026-03-02", rests_on=(1,), **fields
    )


def case(*more: Body | tuple[str, Body]) -> list[Row]:
    """Return a whole case; its proposal is entry 33, and what follows begins at 34."""
    told = [*hypotheses(), *weighings(), *(layer(one) for one in LAYERS), linked()]
    return rows([*told, attributed(), *more])


YES = ("ben", Agreed(to=33, words="agreed after reading all of it"))


def test_an_attribution_waits_for_a_second_person() -> None:
    told = standing_attribution(case())
    assert told.in_force is None
    assert told.why == WAITS


@pytest.mark.parametrize("author", ["ann", " Ann ", "", "  "])
def test_who_proposes_cannot_agree_nor_can_nobody(author: str) -> None:
    own = (author, Agreed(to=33, words="I am sure"))
    assert standing_attribution(case(own)).why == WAITS
    with pytest.raises(DeniedError, match="cannot agree"):
        require_agreement(case(), ITEMS, Agreed(to=33, words="yes"), author)


def test_another_person_sets_it() -> None:
    require_agreement(case(), ITEMS, Agreed(to=33, words="yes"), "ben")
    told = standing_attribution(case(YES)).in_force
    assert told is not None
    assert (told.number, told.author, told.agreed, told.agreed_by) == (33, "ann", 34, "ben")
    assert told.since == START + timedelta(hours=34)
    assert [one.result for one in told.links] == ["met"]
    assert wording(told.body) == "attributed to XA by the ministry on 2026-03-02"


def test_a_yes_before_the_proposal_counts_for_nothing() -> None:
    # All that it needs is there before it; only the proposal is not.
    told = [*case()[:-1], *rows([("ben", Agreed(to=34, words="whatever comes")), attributed()], 33)]
    assert standing_attribution(told).why == WAITS


@pytest.mark.parametrize("to", [33, 34])
def test_what_was_taken_back_holds_no_more(to: int) -> None:
    told = case(YES, Withdrawn(to=to, words="we were wrong"))
    assert standing_attribution(told).in_force is None
    assert standing_attribution(told).why == (WITHDRAWN if to == 33 else WAITS)
    assert standing_attribution(case(YES), gone={to: 99}).in_force is None


def test_a_withdrawn_proposal_cannot_be_agreed_to() -> None:
    with pytest.raises(ConflictError):
        require_agreement(
            case(Withdrawn(to=33, words="no")), ITEMS, Agreed(to=33, words="yes"), "ben"
        )


@pytest.mark.parametrize("to", [11, 99])
def test_only_a_proposal_can_be_agreed_to(to: int) -> None:
    with pytest.raises(NotFoundError):
        require_agreement(case(), ITEMS, Agreed(to=to, words="yes"), "ben")


def test_the_latest_that_two_agree_on_holds_and_a_later_proposal_changes_nothing_yet() -> None:
    later = attributed("technical", actor="another group", party=None)
    told = standing_attribution(case(YES, later))
    assert told.in_force is not None
    assert told.in_force.number == 33
    assert [(one.number, one.why) for one in told.refused] == [(35, WAITS)]
    after = standing_attribution(case(YES, later, ("cid", Agreed(to=35, words="yes"))))
    assert after.in_force is not None
    assert after.in_force.number == 35
    # In law the earlier one still stands: a countermeasure asks for that layer.
    law = standing_attribution(case(YES, later, ("cid", Agreed(to=35, words="yes"))), layer="legal")
    assert law.in_force is not None
    assert law.in_force.number == 33


@pytest.mark.parametrize(
    ("answer", "holds"), [("yes", True), ("disputed", True), ("unknown", False), ("no", False)]
)
def test_in_law_a_state_is_named_only_with_a_link_that_is_met_or_disputed(
    answer: Answer, holds: bool
) -> None:
    yes = ("ben", Agreed(to=29, words="yes"))
    found = standing_attribution(
        rows([*hypotheses(), *weighings(), linked(answer), attributed(), yes])
    )
    assert (found.in_force is not None) == holds
    assert (found.why == NO_LINK) != holds


@pytest.mark.parametrize(
    "other", [linked(party="XB"), linked(actor="another group"), linked("unknown")]
)
def test_a_link_of_another_state_or_another_actor_carries_nothing(other: Linked) -> None:
    body = attributed(actor="the group")
    told = rows([*hypotheses(), *weighings(), other, body, ("ben", Agreed(to=29, words="yes"))])
    assert standing_attribution(told).why == NO_LINK


def test_a_link_that_comes_after_the_yes_or_falls_after_it_does_not_carry_it() -> None:
    yes = ("ben", Agreed(to=28, words="yes"))
    late = rows([*hypotheses(), *weighings(), attributed(), yes, linked()])
    assert standing_attribution(late).why == NO_LINK
    assert standing_attribution(case(YES, linked("no"))).why == NO_LINK
    again = case(YES, linked("no"), linked(), ("cid", Agreed(to=33, words="anew")))
    assert standing_attribution(again).in_force is not None


@pytest.mark.parametrize(
    "body", [attributed("technical"), attributed("political"), attributed("legal", "EU"),
             attributed("legal", None, actor="the group")]
)  # fmt: skip
def test_who_is_no_state_or_is_not_named_in_law_needs_no_link(body: Attributed) -> None:
    told = rows([*hypotheses(), *weighings(), body, ("ben", Agreed(to=28, words="yes"))])
    assert standing_attribution(told).in_force is not None


def test_nothing_is_set_before_the_standing_hypotheses_were_weighed_against_every_item() -> None:
    body, yes = attributed("technical"), ("ben", Agreed(to=27, words="yes"))
    for left_out in range(15):
        cells = weighings()
        gone = cells.pop(left_out)
        assert isinstance(gone, Weighed)
        found = standing_attribution(rows([*hypotheses(), *cells, body, yes]))
        assert (found.why == UNWEIGHED) == gone.hypothesis.startswith("standing.")
    empty = rows([*hypotheses(), body, ("ben", Agreed(to=13, words="yes"))])
    assert standing_attribution(empty).why == NOTHING_WEIGHED
    assert standing_attribution([]).why == NOBODY_PROPOSED


def test_an_item_that_comes_in_later_does_not_unset_what_was_agreed() -> None:
    told = case(YES, Weighed(item=4, hypothesis="x", fit=0, why="new"))
    assert standing_attribution(told).in_force is not None


def renamed(body: Body, names: dict[str, str]) -> Body:
    told = msgspec.to_builtins(body)
    if told.get("party") in names:
        told["party"] = names[told["party"]]
    return msgspec.convert(told, type(body))


BODIES = st.sampled_from(
    [
        *(attributed(one, party) for one in LAYERS for party in ("XA", "XB")),
        linked(),
        linked(party="XB"),
        linked("no"),
        linked("unknown", party="XB"),
        Withdrawn(to=33, words="no"),
        Withdrawn(to=34, words="no"),
        *(Agreed(to=number, words="yes") for number in (33, 34, 35)),
        layer("legal", "XB"),
        Weighed(item=1, hypothesis="x", fit=-2, why="so"),
    ]
)
MORE = st.lists(st.tuples(st.sampled_from(("ann", "ben", "cid")), BODIES), max_size=6)


@given(MORE, st.randoms(use_true_random=False))
def test_entries_in_any_order_give_the_same_answer(
    more: list[tuple[str, Body]], chance: Any
) -> None:
    told = case(*more)
    found, left = standing_attribution(told), attribution_gaps(told, ITEMS)
    chance.shuffle(told)
    assert standing_attribution(told) == found
    assert attribution_gaps(told, ITEMS) == left


@given(MORE)
def test_other_states_give_the_same_answer_under_their_names(
    more: list[tuple[str, Body]],
) -> None:
    names = {"XA": "XB", "XB": "XA"}
    told = case(*more)
    swapped = [(number, who, on, renamed(body, names)) for number, who, on, body in told]
    one, other = standing_attribution(told), standing_attribution(swapped)
    assert (one.why, one.refused) == (other.why, other.refused)
    if one.in_force is not None:
        assert other.in_force is not None
        assert renamed(one.in_force.body, names) == other.in_force.body
        assert one.in_force.links == other.in_force.links
    mine = [
        msgspec.structs.replace(gap, place=names.get(gap.place, gap.place))
        for gap in attribution_gaps(told, ITEMS)
    ]
    assert mine == [*attribution_gaps(swapped, ITEMS)]


@given(MORE)
def test_no_attribution_ever_rests_on_one_person(more: list[tuple[str, Body]]) -> None:
    told = standing_attribution(case(*more)).in_force
    if told is not None:
        assert told.author != told.agreed_by
        assert told.agreed > told.number


def bars(told: list[Row], items: Iterable[Item] = ITEMS) -> list[tuple[str, str]]:
    return [(gap.words, gap.place) for gap in attribution_gaps(told, items) if gap.bars]


def warnings(told: list[Row], items: Iterable[Item] = ITEMS) -> list[Gap]:
    return [gap for gap in attribution_gaps(told, items) if not gap.bars]


def test_a_whole_case_waits_for_its_second_person_and_for_nothing_else() -> None:
    assert bars(case()) == [(gaps.NOT_AGREED, "entry 33")]
    assert bars(case(YES)) == []
    assert warnings(case(YES)) == []


def test_an_empty_case_lacks_all_of_it() -> None:
    words = [one for one, _ in bars([], ())]
    assert words == [gaps.NOT_PROPOSED, gaps.NO_EVIDENCE, gaps.NO_HYPOTHESIS, *[gaps.NO_LAYER] * 4]


def planted(drop: int) -> list[Row]:
    return [one for one in case() if one[0] != drop]


# Hypotheses are 11 and 12, cells 13 to 27, layers 28 to 31, the link 32, the proposal 33.
@pytest.mark.parametrize(
    ("told", "words", "place"),
    [
        (planted(13), gaps.CELLS, "x"),
        (planted(15), gaps.CELLS, "standing.false-flag"),
        (planted(12), "no hypothesis of this case has that key", "entry 14: hypothesis"),
        (planted(28), gaps.NO_LAYER, "technical"),
        (planted(29), gaps.NO_LAYER, "operational"),
        (planted(30), gaps.NO_LAYER, "legal"),
        (planted(32), NO_LINK, "XA"),
        (planted(33), gaps.NOT_PROPOSED, ""),
        (case(layer("legal", "XB")), gaps.OTHER_LAYER, "legal"),
        (case(attributed(party="XB")), gaps.ANOTHER_LEADS, "x"),
        (case(YES, linked("no")), gaps.AGREE_AGAIN, "entry 33"),
        (
            case(*(Weighed(item=one, hypothesis="x", fit=-2, why="so") for one in (1, 2, 3))),
            gaps.NO_LEADER,
            "x, y, standing.false-flag, standing.insider, standing.error",
        ),
        (
            case(msgspec.structs.replace(layer("political"), form="none"), attributed("political")),
            gaps.SILENT,
            "political",
        ),
    ],
)
def test_a_gap_that_bars_is_found_with_its_place(told: list[Row], words: str, place: str) -> None:
    assert (words, place) in bars(told)
    own = {gaps.NOT_PROPOSED, gaps.AGREE_AGAIN}
    proposals = [one[0] for one in told if isinstance(one[3], Attributed)]
    if words not in own:
        with pytest.raises(DeniedError):
            require_agreement(told, ITEMS, Agreed(to=proposals[-1], words="yes"), "ben")


@pytest.mark.parametrize(
    ("told", "items", "words", "of"),
    [
        (case(), (*ITEMS, item(9)), gaps.ASIDE, (9,)),
        (case(), tuple(item(one, "the press") for one in (1, 2, 3)), gaps.ONE_SOURCE, (1, 2, 3)),
        (case(attributed(likelihood="almost certain")), ITEMS, gaps.LESS_SURE, (30,)),
        (case(Weighed(item=1, hypothesis="x", fit=-1, why="so")), ITEMS, gaps.AGAINST_ALL, (1,)),
        (
            case(*(Weighed(item=one, hypothesis="y", fit=1, why="so") for one in (1, 2))),
            ITEMS,
            gaps.FALLS_WITH_ITEM,
            (3,),
        ),
        (
            case(Weighed(item=1, hypothesis="y", fit=1, why="so")),
            (item(1), item(2, "the press"), item(3, "The Press")),
            gaps.FALLS_WITH_SOURCE,
            (2, 3),
        ),
    ],
)
def test_what_weakens_an_attribution_is_told_and_bars_nothing(
    told: list[Row], items: tuple[Item, ...], words: str, of: tuple[int, ...]
) -> None:
    assert [gap.of for gap in warnings(told, items) if gap.words == words] == [of]
    proposal = max(one[0] for one in told if isinstance(one[3], Attributed))
    require_agreement(told, items, Agreed(to=proposal, words="yes"), "ben")


def test_high_confidence_is_not_agreed_to_on_one_source() -> None:
    told = case(attributed(confidence="high"))
    proposal = max(one[0] for one in told if isinstance(one[3], Attributed))
    yes = Agreed(to=proposal, words="yes")
    alone = tuple(item(one, "the press") for one in (1, 2, 3))
    with pytest.raises(DeniedError, match="high confidence needs several sources"):
        require_agreement(told, alone, yes, "ben")
    require_agreement(told, ITEMS, yes, "ben")


def test_a_leader_by_grades_alone_is_a_warning() -> None:
    other = Weighed(item=1, hypothesis="x", fit=-2, why="so")
    told = case(other, *(Weighed(item=one, hypothesis="y", fit=0, why="so") for one in (1, 3)))
    told += rows([Weighed(item=2, hypothesis="y", fit=-1, why="so")], 50)
    weak = msgspec.structs.replace(item(1), reliability="E")
    assert gaps.FALLS_ALIKE in {gap.words for gap in warnings(told, (weak, item(2), item(3)))}


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"party": None}, "party"),
        ({"form": "public"}, "form"),
        ({"layer": "political"}, "form"),
        ({"beside": ("XB",)}, "beside"),
        ({"layer": "political", "form": "none", "beside": ("XB",)}, "beside"),
    ],
)
def test_a_layer_that_says_too_little_or_too_much_is_refused(
    fields: dict[str, Any], place: str
) -> None:
    with pytest.raises(RecordError) as refused:
        msgspec.structs.replace(layer("technical"), **fields)
    assert refused.value.place == place


@pytest.mark.parametrize("fields", [{"rests_on": []}, {"likelihood": "sure"}, {"confidence": ""}])
def test_a_layer_without_a_basis_or_with_words_of_its_own_is_no_entry(
    fields: dict[str, Any],
) -> None:
    told = {**msgspec.to_builtins(layer("technical")), **fields}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(told, Layered)


@pytest.mark.parametrize("made", [Claimed, Attributed])
def test_a_claim_or_proposal_that_names_nobody_is_refused(made: Any) -> None:
    told: dict[str, Any] = {"by": "EU", "on": "2020-10-22", "how": "so", "source": "press"}
    if made is Attributed:
        told = msgspec.to_builtins(attributed()) | {"party": None}
        told.pop("entry")
    with pytest.raises(RecordError) as refused:
        made(**told)
    assert refused.value.place == "party"


def test_claims_of_the_worked_cases_are_told_as_what_others_say_and_set_nothing() -> None:
    looked = 0
    for file in sorted(CASES.glob("*-2*.toml")):
        told = tomllib.loads(file.read_text("utf-8"))
        claims = [
            Claimed(
                party=one["state"] or None,
                actor=one["actor"],
                by=one["by"],
                on=one["on"],
                how=one["how"],
                source="as the case has it",
            )
            for one in told["attributed"]
        ]
        for claim in claims:
            looked += 1
            sentence = wording(claim)
            assert sentence.startswith("attributed to ")
            assert sentence.endswith(f" by {claim.by} on {claim.on}")
            assert all(name in sentence for name in (claim.party, claim.actor) if name)
        assert standing_attribution(rows(claims)).why == NOBODY_PROPOSED
    assert looked >= 12
