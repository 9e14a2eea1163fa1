"""Nothing of the matter leaves: marked words stand everywhere, and every byte is searched."""

import quopri
from pathlib import Path

import pytest

from legation.app.digests import ask_digest, put_digests
from legation.app.duty import Duty
from legation.app.home import Home
from legation.app.noticing import wake
from legation.app.waking import Waker
from legation.desk.counting import count_list
from legation.settings import Settings
from legation.stix.labels import Label, Pap
from legation.stix.tlp import Tlp
from legation.store.clearances import Held
from store.objects_made import CAMPAIGN, campaign
from worlds.gates import Clock
from worlds.homes import make_home
from worlds.partners import authority, gateway, mail_server, secret_file, webhook
from worlds.people import cleared
from worlds.watchmen import watchmen

MARKS = (
    *("marklabel", "markrung", "markparty", "markname", "markperson", "markdesk", "markfilter"),
    *("markwords", "markcause", CAMPAIGN.lower(), CAMPAIGN[-12:].lower(), "tlp:", "amber"),
)


def decoded(heard: bytes) -> bytes:
    """Return bytes as they came, and with what mail may write otherwise undone."""
    return (heard + b"\n" + quopri.decodestring(heard)).lower()


def test_every_byte_that_left_is_without_a_word_of_the_matter(tmp_path: Path) -> None:
    clock = Clock()
    program = gateway(tmp_path)
    with mail_server(tmp_path) as post, webhook(tmp_path) as hook:
        settings = Settings(
            home=tmp_path / "home",
            desk_name="desk.example",
            ladder=("markrung",),
            compartments=("marklabel",),
            reader_party="markparty",
            reader_level="markrung",
            reader_compartments=("marklabel",),
            mail_server=f"localhost:{post.port}",
            mail_from="desk@aldria.example",
            mail_ca=str(authority(tmp_path)),
            webhook_hosts=(hook.host,),
            webhook_key_file=str(secret_file(tmp_path)),
            webhook_ca=str(authority(tmp_path)),
            sms_command=(str(program), "{to}"),
        )
        home = Home(settings, clock)
        make_home(home, "Markdesk of Aldria")
        with home.store() as store:
            person = store.people.add("p-1", "Markperson Haddad", ("analyst", "security officer"))
            held = Held(
                tlp=Tlp.RED,
                pap=Pap.RED,
                level="markrung",
                compartments=("marklabel",),
                party="markparty",
            )
            cleared(store, person, held)
            store.objects.put(campaign(name="Markname"))
            label = Label(
                tlp=Tlp.RED,
                levels=("markrung",),
                compartments=("marklabel",),
                restricted=True,
                releasable_to=("markparty",),
            )
            store.labels.set(CAMPAIGN, label, actor="x", reason="markwords")
            duty = Duty(home, store, "test")
            now = clock()
            store.rota.add("p-1", now, now.replace(day=9), zone="UTC")
            ways = ["mail:omar@b.example", f"https://{hook.host}/in", "sms:+33123456789"]
            duty.set_channels("p-1", ways)
            duty.write("p-1", "open", "markwords", objects=[CAMPAIGN])
            asked = {"address": "/notices?kind=markfilter", "kind": "mail", "period": "hour"}
            digest = ask_digest(home, store, person, asked, count_list)
            store.digests.switch(digest.digest_id, sends=True)
            told = {"markname": "Markname", "name": "markname"}
            store.notices.add("markfilter", to=("p-1",), key="1", object_id=CAMPAIGN, facts=told)
            wake(store, settings, "markcause", key="1", object_id=CAMPAIGN)
            waker = Waker(home, count_list)
            for _ in range(4):
                assert waker.round(store)
                clock.pass_time(minutes=10)
            ref = store.calls.find()[0].ref
            sent = [one.channel for one in store.sendings.find(state="sent")]
            assert sorted(sent) == ["mail", "mail", "sms", "webhook"]
    left = {
        "mail": decoded(bytes(post.heard)),
        "webhook": decoded(bytes(hook.heard)),
        "sms": decoded((tmp_path / "heard").read_bytes()),
    }
    for kind, heard in left.items():
        assert ref.lower().encode() in heard, kind  # what is meant to leave is found
        assert [mark for mark in MARKS if mark.encode() in heard] == [], kind
    assert digest.digest_id.encode() in left["mail"]
    assert b"1 new, 1 in all" in left["mail"]


@pytest.mark.parametrize("word", ["omar@b.example", "desk.example"])
def test_the_search_finds_what_is_there(word: str) -> None:
    assert word.encode() in decoded(f"To: {word}".upper().encode())


def test_a_digest_counts_only_what_its_person_may_know_and_is_throttled(tmp_path: Path) -> None:
    with watchmen(tmp_path, compartments=("talks",)) as desk:
        desk.add("Ann", "mail:ann@a.example")
        person = desk.store.people.get("Ann")
        looked: dict[str, object] = {}

        def look(**passed: float) -> list[str]:
            desk.clock.pass_time(**passed)
            put_digests(desk.home, desk.store, count_list, looked)  # type: ignore[arg-type]  # times
            desk.waker.round(desk.store)
            return [letter.text.split(", ref")[0] for letter in desk.post.letters]

        asked = {"address": "/notices", "period": "day", "quiet": "22:00-07:00", "zone": "UTC"}
        digest = ask_digest(desk.home, desk.store, person, asked, count_list)
        desk.store.objects.put(campaign())
        desk.store.labels.set(
            CAMPAIGN, Label(tlp=Tlp.GREEN, compartments=("talks",)), actor="x", reason="x"
        )
        desk.store.notices.add("campaign.new", to=("analyst",), key="0", object_id=CAMPAIGN)
        desk.store.notices.add("job.done", to=(person.person_id,), key="1")
        assert look(hours=6) == []  # off by default
        desk.store.digests.switch(digest.digest_id, sends=True)
        first = "legation: your list, 1 new, 1 in all"
        assert look() == [first]
        assert look(hours=2) == [first]
        for number in (2, 3):
            desk.store.notices.add("job.done", to=(person.person_id,), key=f"{number}")
        assert look(hours=2) == [first]  # 22:00 is quiet, and the day is not over
        assert look(hours=21) == [first, "legation: your list, 2 new, 3 in all"]
        assert look(days=3) == [first, "legation: your list, 2 new, 3 in all"]  # nothing new
        desk.store.notices.add("job.done", to=(person.person_id,), key="4")
        assert look(hours=5) == [first, "legation: your list, 2 new, 3 in all"]  # 00:00 is quiet
        assert len(look(hours=8)) == 3
        desk.store.people.disable(person.person_id)
        desk.store.notices.add("job.done", to=(person.person_id,), key="5")
        assert len(look(days=2)) == 3
        assert "may not enter" in desk.store.digests.get(digest.digest_id).fault
