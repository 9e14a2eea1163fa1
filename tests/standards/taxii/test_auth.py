"""Section 1.6.9, and who may do what: 401, 403 and 404."""

import base64
import re

import pytest

from standards.taxii.clauses import clause
from standards.taxii.reading import add, refused, taxii
from standards.taxii.serving import Account, Served
from standards.taxii.wire import TAXII, Answer, Caller, basic
from worlds.stix_made import StixMaker

NOWHERE = "3b9d2a4e-9c1f-4d57-8a6b-0e5f4c3d2b1a"
IANA = {"basic", "bearer", "concealed", "digest", "dpop", "gnap", "hoba", "mutual", "negotiate",
        "oauth", "privatetoken", "scram-sha-1", "scram-sha-256", "vapid"}  # fmt: skip


def asks(caller: Caller, collection: str, thing: str) -> dict[str, Answer]:
    """Ask for everything that concerns a collection."""
    return {
        "collection": caller.get(caller.collection(collection)),
        "manifest": caller.get(caller.manifest(collection)),
        "objects": caller.get(caller.objects(collection)),
        "object": caller.get(caller.object(collection, thing)),
        "versions": caller.get(caller.versions(collection, thing)),
        "add": caller.post(collection, [StixMaker(5).thing()]),
        "delete": caller.delete(caller.object(collection, thing)),
    }


def challenged(answer: Answer) -> None:
    """Check a 401: it names its schemes, Basic with a realm among them."""
    refused(answer, 401)
    told = answer.header("WWW-Authenticate") or ""
    assert re.search(r"\bBasic\b[^,]*\brealm=\"[^\"]+\"", told, re.IGNORECASE), told


@clause("1.6.9-M1", "1.6.9-M2", "1.6.9-M3", "1.6.9-D1")
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT", "HEAD", "PATCH"])
def test_nobody_is_asked_who_they_are_whatever_the_method(
    served: Served, nobody: Caller, method: str
) -> None:
    for path in (
        served.api_root,
        nobody.collections(),
        nobody.collection(served.rw),
        nobody.objects(served.rw),
        nobody.manifest(served.rw),
        nobody.object(served.rw, f"indicator--{NOWHERE}"),
        nobody.versions(served.rw, f"indicator--{NOWHERE}"),
        nobody.status(NOWHERE),
    ):
        answer = nobody.ask(method, path, headers=[("Accept", TAXII)])
        if method == "HEAD":
            assert answer.status == 401
            assert answer.header("WWW-Authenticate")
        else:
            challenged(answer)


def test_discovery_asks_too_or_is_public(served: Served, nobody: Caller) -> None:
    answer = nobody.get(served.discovery)
    if served.public_discovery:
        taxii(answer)
    else:
        challenged(answer)


@clause("1.6.9-S1")
def test_schemes_are_those_of_the_registry(served: Served, nobody: Caller) -> None:
    told = nobody.get(nobody.collections()).header("WWW-Authenticate") or ""
    schemes = re.findall(r"(?:^|,)\s*([A-Za-z0-9-]+)(?=\s|,|$)(?!\s*=)", told)
    assert {one.lower() for one in schemes} & {"basic"}
    assert {one.lower() for one in schemes} <= IANA
    assert served.url


@clause("1.6.9-M2", "1.6.9-M4")
@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_basic_is_taken_in_letters_of_any_case(served: Served, first: Caller, scheme: str) -> None:
    told = basic(served.first.user, served.first.password).partition(" ")[2]
    headers = [("Accept", TAXII), ("Authorization", f"{scheme} {told}")]
    taxii(first.ask("GET", first.collections(), headers=headers))


@clause("1.6.9-L1", "1.6.9-M4")
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_token_is_taken(served: Served, first: Caller, scheme: str) -> None:
    if served.first.token is None:
        pytest.skip(f"{served.name} has no tokens")
    headers = [("Accept", TAXII), ("Authorization", f"{scheme} {served.first.token}")]
    taxii(first.ask("GET", first.collections(), headers=headers))


@clause("1.6.9-D1")
@pytest.mark.parametrize(
    "told",
    [
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic YQ",
        "Basic YWI=",
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        "Basic " + base64.b64encode(b":").decode(),
        "Basic " + base64.b64encode(b"a:" + b"b" * 5000).decode(),
        "Basic " + base64.b64encode(b"a\0b:c\0d").decode(),
        basic("first", "wrong"),
        basic("nobody-of-this-name", "wrong"),
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer a b c",
        "Bearer " + "x" * 5000,
        "Bearer \xe9",
        "Digest username=x",
        "Negotiate YQ==",
        "nonsense",
        "Basic " + "A" * 6000,
    ],
)
def test_bad_credentials_are_refused(served: Served, first: Caller, told: str) -> None:
    headers = [("Accept", TAXII), ("Authorization", told)]
    answer = first.ask("GET", first.objects(served.rw), headers=headers)
    if answer.status == 401:
        challenged(answer)
    else:
        assert answer.status in (400, 431)


def test_two_authorizations_are_not_half_believed(served: Served, first: Caller) -> None:
    headers = [("Accept", TAXII), *first.credentials(), ("Authorization", "Bearer x")]
    answer = first.ask("GET", first.objects(served.rw), headers=headers)
    assert answer.status in (200, 400, 401)


def test_a_wrong_password_and_an_unknown_name_sound_alike(served: Served, first: Caller) -> None:
    def refusal(user: str) -> dict[str, object]:
        headers = [("Accept", TAXII), ("Authorization", basic(user, "wrong"))]
        found = refused(first.ask("GET", first.collections(), headers=headers), 401)
        found.pop("error_id", None)
        return found

    assert refusal(served.first.user) == refusal("nobody-of-this-name")


@clause("1.6.9-L2")
def test_a_disabled_account_is_refused(served: Served) -> None:
    account: Account = served.needed("disabled")
    challenged(Caller(served, account).get(served.api_root))
    by_name = Caller(served, Account(account.user, account.password))
    challenged(by_name.get(served.api_root))
    challenged(by_name.get(by_name.objects(served.rw)))


@clause("1.6.9-L3")
def test_without_credentials_nobody_learns_what_exists(served: Served, nobody: Caller) -> None:
    def heard(collection: str) -> list[tuple[int, bytes]]:
        found = asks(nobody, collection, f"indicator--{NOWHERE}").values()
        return [(one.status, one.body.replace(collection.encode(), b"")) for one in found]

    assert [status for status, _ in heard(served.rw)] == [401] * 7
    assert heard(served.rw) == heard(NOWHERE)


@clause("5-L1", "5.2-D1")
def test_what_a_partner_may_not_know_does_not_exist(
    served: Served, first: Caller, second: Caller, maker: StixMaker
) -> None:
    hidden, thing = served.collection("hidden"), maker.thing()
    add(first, hidden, thing)
    known = asks(second, hidden, thing["id"])
    absent = asks(second, NOWHERE, thing["id"])
    for name, answer in known.items():
        found, like = refused(answer, 404), refused(absent[name], 404)
        for one, collection in ((found, hidden), (like, NOWHERE)):
            one.pop("error_id", None)
            for key, value in one.items():
                one[key] = str(value).replace(collection, "")
        assert found == like, name
    listed = taxii(second.get(second.collections()))["collections"]
    assert hidden not in {one["id"] for one in listed}
    taxii(first.get(first.object(hidden, thing["id"])))


@clause("5-L1")
def test_a_status_is_its_partners_own(
    served: Served, first: Caller, second: Caller, maker: StixMaker
) -> None:
    for name in ("rw", "hidden"):
        status = add(first, served.collection(name), maker.thing())
        refused(second.get(second.status(status["id"])), 404)


@clause("5.5-M1", "5.2.1-D2", "5.7-M1")
def test_who_may_only_read_may_not_write(served: Served, first: Caller, maker: StixMaker) -> None:
    only = served.collection("ro")
    thing = maker.thing()
    refused(first.post(only, [thing]), 403)
    refused(first.get(first.object(only, thing["id"])), 404)
    for held in (*served.ro_objects[:1], thing):
        refused(first.delete(first.object(only, held["id"])), 403)
    for held in served.ro_objects[:1]:
        taxii(first.get(first.object(only, held["id"])))


@clause("5.3-M1", "5.4-M1", "5.6-M1", "5.8-M1", "5.2.1-D1", "5.7-S1")
def test_who_may_only_write_may_not_read(served: Served, first: Caller, maker: StixMaker) -> None:
    only, thing = served.collection("wo"), maker.thing()
    add(first, only, thing)
    for name in (thing["id"], maker.identifier("indicator")):
        refused(first.get(first.object(only, name)), 403)
        refused(first.get(first.versions(only, name)), 403)
        refused(first.delete(first.object(only, name)), 403)
    refused(first.get(first.objects(only)), 403)
    refused(first.get(first.manifest(only)), 403)


@clause("5.7-D2", "5.3-M1", "5.4-M1", "5.5-M1")
def test_who_may_neither_read_nor_write_may_do_nothing(
    served: Served, first: Caller, maker: StixMaker
) -> None:
    answers = asks(first, served.collection("closed"), maker.identifier("indicator"))
    for name, answer in answers.items():
        if name == "delete":
            refused(answer, 404)
        elif name != "collection":
            refused(answer, 403, 404)
