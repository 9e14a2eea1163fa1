"""The client against servers that others wrote: medallion 3.0.0 and OpenTAXII 0.9.3."""

import json
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from legation.errors import BadInputError, DeniedError, LegationError, NotFoundError
from legation.sources.taxii.access import Access
from legation.sources.taxii.client import Asked, TaxiiClient, envelopes
from legation.sources.taxii.feed import Feed, FeedState, Filter, new_state, read_state, write_state
from legation.sources.taxii.patience import Patience
from legation.sources.taxii.pull import pull
from worlds.taxii_servers import Peer, running

pytestmark = [pytest.mark.peers, pytest.mark.xdist_group("taxii-peers")]
FORGET_S = 2.0
ALL = Filter(versions=("all",))


@pytest.fixture(scope="module")
def medallion() -> Iterator[Peer]:
    with running("medallion", str(FORGET_S)) as peer:
        yield peer


@pytest.fixture(scope="module")
def opentaxii(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with running("opentaxii", str(tmp_path_factory.mktemp("opentaxii"))) as peer:
        yield peer


@pytest.fixture(params=["medallion", "opentaxii"])
def peer(request: pytest.FixtureRequest) -> Peer:
    found: Peer = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def client(peer: Peer) -> Iterator[TaxiiClient]:
    with opened(peer) as found:
        yield found


_TAKEN = count()


@pytest.fixture
def collection(peer: Peer) -> str:
    """A collection that no other test writes to."""
    return peer.collections[f"both-{next(_TAKEN) % 40}"]


def opened(peer: Peer, **changes: Any) -> TaxiiClient:
    """Log in by a token where there are some: OpenTAXII hashes a password for each question."""
    access = (
        Access(token=peer.token) if peer.token else Access(user=peer.user, password=peer.password)
    )
    patience = Patience(tries=3, first_s=0.05, longest_s=0.1, total_s=5)
    return TaxiiClient(peer.discovery, changes.get("access", access), patience=patience)


def campaigns(number: int, *, versions: int = 1) -> list[bytes]:
    """Return objects that both peers store, since OpenTAXII stores none without versions."""
    names = [f"campaign--{uuid.uuid4()}" for _ in range(number)]
    made = [
        {
            "type": "campaign",
            "spec_version": "2.1",
            "id": name,
            "created": "2026-01-01T00:00:00.000Z",
            "modified": f"2026-01-0{version + 1}T00:00:00.000Z",
            "name": "Harbour lights",
        }
        for name in names
        for version in range(versions)
    ]
    return [json.dumps(each).encode() for each in made]


def identities(objects: list[bytes]) -> list[tuple[str, str]]:
    """Return ids and versions: the peers write objects anew, and OpenTAXII not as it got them."""
    found = [json.loads(each) for each in objects]
    return sorted((each["id"], each["modified"]) for each in found)


def pushed(client: TaxiiClient, peer: Peer, collection: str, objects: list[bytes]) -> None:
    added = client.add(peer.api_root, collection, objects)
    assert added.state == "complete", added
    assert added.status
    assert (added.status.success, added.status.failure) == (len(objects), 0)


def walked(
    client: TaxiiClient, feed: Feed, state: FeedState, *, most_pages: int = 1000
) -> tuple[list[bytes], FeedState]:
    stored: list[bytes] = []
    for page in pull(client, feed, state, now=lambda: datetime.now(UTC)):
        stored += page.objects
        state = read_state(write_state(page.state))
        most_pages -= 1
        if not most_pages:
            break
    return stored, state


def test_discovery_names_api_roots_by_whole_addresses(client: TaxiiClient, peer: Peer) -> None:
    found = client.discovery()
    assert found.title == "peer"
    assert found.default == peer.api_root
    assert found.api_roots == (peer.api_root,)
    root = client.api_root(found.default)
    assert root.max_content_length == 10_000_000
    assert "application/taxii+json;version=2.1" in root.versions


def test_collections_are_listed_with_our_rights(client: TaxiiClient, peer: Peer) -> None:
    found = {each.id: each for each in client.collections(peer.api_root)}
    assert set(peer.collections.values()) <= set(found)
    both = found[peer.collections["both-0"]]
    assert (both.can_read, both.can_write) == (True, True)
    assert client.collection(peer.api_root, both.id) == both


def test_what_is_pushed_comes_back(client: TaxiiClient, peer: Peer, collection: str) -> None:
    objects = campaigns(30)
    pushed(client, peer, collection, objects)
    feed = Feed(api_root=peer.api_root, collection=collection, page=7)
    stored, state = walked(client, feed, new_state(feed))
    assert identities(stored) == identities(objects)
    assert state.added_after.endswith("Z")
    assert not state.walking
    assert walked(client, feed, state)[0] == []
    more = campaigns(5)
    pushed(client, peer, collection, more)
    stored, state = walked(client, feed, state)
    assert identities(stored) == identities(more)
    assert state.objects == 35


def test_all_versions_come_also_where_a_page_ends_between_them(
    client: TaxiiClient, peer: Peer, collection: str
) -> None:
    objects = campaigns(6, versions=4)
    pushed(client, peer, collection, objects)
    for page in (3, 5):
        feed = Feed(api_root=peer.api_root, collection=collection, page=page)
        stored, _ = walked(client, feed, new_state(feed))
        assert identities(stored) == identities(objects), page


def test_a_run_that_is_killed_after_any_page_loses_nothing(
    client: TaxiiClient, peer: Peer, collection: str
) -> None:
    objects = campaigns(24)
    pushed(client, peer, collection, objects)
    feed = Feed(api_root=peer.api_root, collection=collection, page=5)
    for stop in range(1, 6):
        first, state = walked(client, feed, new_state(feed), most_pages=stop)
        rest, state = walked(client, feed, state)
        assert identities(first + rest) == identities(objects), stop
        assert not state.walking


def test_a_cursor_that_medallion_hands_out_once_and_then_forgets_loses_nothing(
    medallion: Peer,
) -> None:
    collection = medallion.collections[f"both-{next(_TAKEN) % 40}"]
    objects = campaigns(24)
    with opened(medallion) as client:
        pushed(client, medallion, collection, objects)
        feed = Feed(api_root=medallion.api_root, collection=collection, page=5, most_objects=9)
        first, state = walked(client, feed, new_state(feed))
        assert len(first) == 5
        assert state.next
        time.sleep(2.5 * FORGET_S)
        with pytest.raises(BadInputError, match="400"):
            client.objects(feed.api_root, collection, Asked(filter=ALL, limit=5, next=state.next))
        whole = Feed(api_root=medallion.api_root, collection=collection, page=5)
        rest, _ = walked(client, whole, state)
    assert identities(first + rest) == identities(objects)


def test_one_date_for_an_envelope_repeats_nothing_in_medallion(medallion: Peer) -> None:
    collection = medallion.collections[f"both-{next(_TAKEN) % 40}"]
    with opened(medallion) as client:
        pushed(client, medallion, collection, campaigns(40))
        page = client.objects(medallion.api_root, collection, Asked(filter=ALL, limit=40))
        assert page.first == page.last
        feed = Feed(api_root=medallion.api_root, collection=collection, page=11)
        stored, state = walked(client, feed, new_state(feed))
        assert len(set(stored)) == len(stored) == 40
        again, state = walked(client, feed, state)
        assert again == []
        assert state.repeated == 40


def test_a_manifest_versions_and_one_object_are_read(
    client: TaxiiClient, peer: Peer, collection: str
) -> None:
    objects = campaigns(2, versions=3)
    pushed(client, peer, collection, objects)
    manifest = client.manifest(peer.api_root, collection, Asked(filter=ALL))
    assert len(manifest.entries) == 6
    assert all(each.date_added and each.version for each in manifest.entries)
    name = json.loads(objects[0])["id"]
    versions = client.versions(peer.api_root, collection, name)
    assert len(versions.versions) == 3
    newest = client.object(peer.api_root, collection, name)
    assert [json.loads(each)["modified"][:10] for each in newest.objects] == ["2026-01-03"]
    every = client.object(peer.api_root, collection, name, Asked(filter=ALL))
    assert len(every.objects) == 3


def test_a_filter_by_type_and_id_is_kept_by_the_server(
    client: TaxiiClient, peer: Peer, collection: str
) -> None:
    objects = campaigns(4)
    pushed(client, peer, collection, objects)
    for matched, expected in (
        (Filter(types=("campaign",)), 4),
        (Filter(types=("report", "note")), 0),
        (Filter(ids=(json.loads(objects[2])["id"],)), 1),
    ):
        page = client.objects(peer.api_root, collection, Asked(filter=matched))
        assert len(page.objects) == expected


def test_envelopes_keep_within_what_the_root_takes(
    client: TaxiiClient, peer: Peer, collection: str
) -> None:
    objects = campaigns(30)
    for each in envelopes(objects, most_bytes=2000):
        pushed(client, peer, collection, list(each))
    feed = Feed(api_root=peer.api_root, collection=collection)
    assert identities(walked(client, feed, new_state(feed))[0]) == identities(objects)


def test_pushing_again_stores_nothing_twice(
    client: TaxiiClient, peer: Peer, collection: str
) -> None:
    """medallion counts what it knows as failed, OpenTAXII as taken."""
    objects = campaigns(3)
    pushed(client, peer, collection, objects)
    again = client.add(peer.api_root, collection, objects)
    assert again.state == "complete"
    assert again.status
    assert again.status.success + again.status.failure == 3
    page = client.objects(peer.api_root, collection, Asked(filter=ALL))
    assert identities(list(page.objects)) == identities(objects)


def test_the_status_of_an_envelope_can_be_asked_for_later(
    client: TaxiiClient, peer: Peer, collection: str
) -> None:
    added = client.add(peer.api_root, collection, campaigns(2))
    assert added.status
    again = client.status(peer.api_root, added.status.id)
    assert (again.complete, again.success, again.id) == (True, 2, added.status.id)


def test_medallion_deletes(medallion: Peer) -> None:
    collection = medallion.collections[f"both-{next(_TAKEN) % 40}"]
    objects = campaigns(2)
    name = json.loads(objects[0])["id"]
    with opened(medallion) as client:
        pushed(client, medallion, collection, objects)
        client.delete(medallion.api_root, collection, name)
        with pytest.raises(NotFoundError):
            client.delete(medallion.api_root, collection, name)
        left = client.objects(medallion.api_root, collection).objects
    assert identities(list(left)) == identities(objects[1:])


def test_rights_that_are_missing_are_told(medallion: Peer) -> None:
    with opened(medallion) as client:
        with pytest.raises(DeniedError, match="does not let us"):
            client.objects(medallion.api_root, medallion.collections["none"])
        with pytest.raises(DeniedError, match="does not let us"):
            client.add(medallion.api_root, medallion.collections["read"], campaigns(1))


def test_a_wrong_password_is_told_without_it(peer: Peer) -> None:
    wrong = Access(user=peer.user, password="not-this-one")  # noqa: S106 - it is wrong
    with opened(peer, access=wrong) as client, pytest.raises(DeniedError) as told:
        client.collections(peer.api_root)
    assert "not-this-one" not in f"{told.value} {told.value.hint} {told.value!r}"


def test_a_password_lets_in_as_a_token_does(peer: Peer) -> None:
    with opened(peer, access=Access(user=peer.user, password=peer.password)) as client:
        assert client.collections(peer.api_root)


def test_what_is_not_there_is_told_although_the_error_has_no_title(
    client: TaxiiClient, peer: Peer
) -> None:
    with pytest.raises(NotFoundError, match="404"):
        client.objects(peer.api_root, str(uuid.uuid4()))


def test_a_server_that_fails_ends_a_push_as_unknown(opentaxii: Peer) -> None:
    """OpenTAXII fails on an observable: it has no version."""
    collection = opentaxii.collections[f"both-{next(_TAKEN) % 40}"]
    url = b'{"type":"url","id":"url--%s","value":"https://a.example/"}' % str(uuid.uuid4()).encode()
    with opened(opentaxii) as client:
        try:
            added = client.add(opentaxii.api_root, collection, [url])
        except LegationError as refused:
            pytest.fail(f"it was refused: {refused}")
    assert added.state == "unknown"
    assert "push them again" in added.hint
