"""What we sent to a partner ourselves is not taken in as what the partner says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from legation.app.sharing.taking import TakenIn, take
from legation.errors import UsageError
from legation.stix.tlp import Tlp
from legation.store.exchange.reading import Wanted
from worlds.sharing_home import GREEN, POLICY, SharingHome, made, sharing_home


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SharingHome]:
    with sharing_home(tmp_path / "home") as opened:
        opened.policy()
        yield opened


def taken(desk: SharingHome, data: bytes, name: str = "Aldria") -> TakenIn:
    return take(desk.store, name, data, "x.json", actor="test", now=desk.clock())


def here(desk: SharingHome, name: str = "Aldria") -> set[str]:
    number = desk.store.partners.get(name).inbox
    with desk.store.collections.reading(number) as shelf:
        found, _ = shelf.page(Wanted(), after_us=0, limit=1_000, most_bytes=10**8)
    return {one.object_id for one in found}


def bundle(*objects: Any) -> bytes:
    return msgspec.json.encode({"type": "bundle", "id": GREEN["id"], "objects": objects})


@pytest.mark.parametrize("profile", [b"plain", b"opencti", b"misp"])
def test_our_own_package_is_refused_whatever_its_form(desk: SharingHome, profile: bytes) -> None:
    desk.policy(text=POLICY.replace(b'tlp = "green"', b'tlp = "green"\nprofile = "%s"' % profile))
    package = desk.out().write("Aldria", [GREEN["id"]]).content
    with pytest.raises(UsageError, match="is what we sent to Aldria ourselves"):
        taken(desk, package)
    assert here(desk) == set()
    assert desk.store.audit.last("share.take") is None


def test_what_went_over_the_line_is_refused_as_a_file_too(desk: SharingHome) -> None:
    desk.out().push("Aldria", [GREEN["id"]])
    sent = desk.read("Aldria")
    assert len(sent) > 3
    with pytest.raises(UsageError, match="ourselves"):
        taken(desk, bundle(*sent))


def test_what_a_partner_adds_to_it_comes_in_alone(desk: SharingHome) -> None:
    desk.out().push("Aldria", [GREEN["id"]])
    sent = desk.read("Aldria")
    note = made("note", 9, Tlp.GREEN, content="seen here", object_refs=[GREEN["id"]])
    done = taken(desk, bundle(*sent, note))
    assert done.ours > 0
    assert note["id"] in here(desk)
    assert not here(desk) & {one["id"] for one in sent if one["type"] == "campaign"}


def test_what_another_partner_was_sent_is_no_reason(desk: SharingHome) -> None:
    package = desk.out().write("Aldria", [GREEN["id"]]).content
    assert taken(desk, package, "Bevora").new > 0


def test_an_address_that_both_wrote_down_is_nobodys(desk: SharingHome) -> None:
    domain = {
        "type": "domain-name",
        "spec_version": "2.1",
        "id": "domain-name--00000001-0000-5000-8000-000000000000",
        "value": "letters.example",
        "object_marking_refs": GREEN["object_marking_refs"],
    }
    desk.store.objects.put_many([msgspec.json.encode(domain)])
    desk.out().push("Aldria", [domain["id"]])
    assert domain["id"] in {one["id"] for one in desk.read("Aldria")}
    assert taken(desk, bundle(domain)).ours == 0
    assert here(desk) == {domain["id"]}
