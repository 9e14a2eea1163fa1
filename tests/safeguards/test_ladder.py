"""Nobody is passed over in silence: each person, each way, then the lead."""

from hypothesis import given
from hypothesis import strategies as st

from legation.safeguards.duty.ladder import NO_CHANNEL, NOBODY, Rung, ladder, next_rung
from legation.store.rota import Channel, Shift

from .test_hours import shift

PEOPLE = ("ann", "ben", "cid")
DUTY = st.lists(st.sampled_from(PEOPLE).map(lambda who: shift(0, 8, who)), max_size=4)
WAYS = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["mail", "sms", "webhook"])),
    max_size=8,
    unique=True,
)
LEAD = st.sampled_from(["", *PEOPLE])
BARRED = st.dictionaries(st.sampled_from(PEOPLE), st.just("may not know of it"))


def channels(ways: list[tuple[str, str]]) -> list[Channel]:
    return [
        Channel(person_id=who, place=place, kind=kind, address=f"{who} {kind}")
        for place, (who, kind) in enumerate(ways, 1)
    ]


@given(DUTY, LEAD, WAYS, BARRED)
def test_every_person_on_duty_and_the_lead_has_a_rung(
    duty: list[Shift], lead: str, ways: list[tuple[str, str]], barred: dict[str, str]
) -> None:
    rungs = ladder(duty, lead, channels(ways), barred)
    meant = dict.fromkeys([one.person_id for one in duty] + ([lead] if lead else []))
    assert list(dict.fromkeys(rung.person_id for rung in rungs if rung.person_id)) == list(meant)
    assert (rungs[0].words == NOBODY) if rungs and not duty else True
    for person in meant:
        mine = [rung for rung in rungs if rung.person_id == person]
        kinds = [kind for who, kind in ways if who == person]
        if person in barred:
            assert [(rung.kind, rung.words) for rung in mine] == [("", barred[person])]
        elif not kinds:
            assert [(rung.kind, rung.words) for rung in mine] == [("", NO_CHANNEL)]
        else:
            assert [rung.kind for rung in mine] == kinds


@given(DUTY, LEAD, WAYS, BARRED)
def test_a_round_tries_each_rung_once_in_order_and_then_ends(
    duty: list[Shift], lead: str, ways: list[tuple[str, str]], barred: dict[str, str]
) -> None:
    rungs = ladder(duty, lead, channels(ways), barred)
    tried: list[Rung] = []
    while (rung := next_rung(rungs, tried)) is not None:
        tried.append(rung)
    assert tried == list(dict.fromkeys(rungs))


def test_somebody_without_a_way_is_a_rung_with_the_reason() -> None:
    rungs = ladder([shift(0, 8, "ann")], "ben", channels([("ben", "mail")]), {})
    assert [(rung.person_id, rung.kind, rung.words) for rung in rungs] == [
        ("ann", "", NO_CHANNEL),
        ("ben", "mail", ""),
    ]


def test_when_nobody_is_on_duty_that_is_the_first_rung() -> None:
    rungs = ladder([], "ben", channels([("ben", "mail")]), {})
    assert (rungs[0].person_id, rungs[0].words) == ("", NOBODY)
    assert rungs[1].person_id == "ben"
