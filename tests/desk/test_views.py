"""Every page renders, under every policy, from any text, with a bounded number of questions."""

import re
from collections.abc import Iterator

import msgspec
import pytest
from litestar.testing import TestClient

from legation.desk.fence import HEADERS
from legation.desk.reading import Today
from legation.desk.server import build_app
from legation.threats.disinformation.findings import CAVEAT
from worlds.gates import open_gate
from worlds.hostile_readings import HOSTILE, hostile_shelf
from worlds.invented_readings import invented_shelf
from worlds.readings import (
    Shelf,
    a_campaign,
    a_run,
    a_tie,
    small_shelf,
)

TIE = "/campaign/campaign--1/tie?a=acct-1&b=acct-2"
PAGES = (
    "/",
    "/watch/campaigns",
    "/watch/campaigns?grade=high&layer=repost&words=english&order=newest",
    "/campaign/campaign--1",
    "/campaign/campaign--1/accounts",
    "/campaign/campaign--1/ties",
    "/campaign/campaign--1/ties?account=acct-1",
    TIE,
    "/words",
    "/campaign/campaign--1/coordination",
    "/campaign/campaign--1/coordination?open=0-amplifier",
    "/campaign/campaign--1/coordination/groups",
    "/campaign/campaign--1/coordination/links?open=0-amplifier",
    "/campaign/campaign--1/evidence",
    "/campaign/campaign--1/evidence?layer=repost",
    "/campaign/campaign--1/techniques",
    "/campaign/campaign--1/spread",
    "/campaign/campaign--1/rights",
    "/campaign/campaign--1/history",
    "/campaign/campaign--1/accounts?group=0-originator",
)
FILES = (
    "/today.json",
    "/watch/campaigns/as/csv",
    "/watch/campaigns/as/json",
    "/watch/campaigns/as/stix",
    "/campaign/campaign--1/as/stix",
    "/campaign/campaign--1/accounts/as/csv",
    "/campaign/campaign--1/ties/as/json?account=acct-1",
    "/campaign/campaign--1/tie/as/csv?a=acct-1&b=acct-2",
    "/campaign/campaign--1/coordination/as/svg",
    "/campaign/campaign--1/coordination/groups/as/csv",
    "/campaign/campaign--1/coordination/links/as/json",
    "/campaign/campaign--1/evidence/as/csv?layer=repost",
    "/campaign/campaign--1/techniques/as/csv",
    "/campaign/campaign--1/spread/as/csv",
    "/campaign/campaign--1/rights/as/json",
    "/campaign/campaign--1/history/as/csv",
    "/campaign/campaign--1/paper/pdf",
    "/campaign/campaign--1/paper/docx",
    "/campaign/campaign--1/tie/paper/pdf?a=acct-1&b=acct-2",
    "/today/paper/pdf",
    "/watch/campaigns/paper/pdf?grade=high",
    "/static/desk.css",
    "/static/icon.svg",
)
FAULTS = (
    ("/nothing", 404),
    ("/campaign/other", 404),
    ("/campaign/campaign--1/tie?a=acct-1&b=acct-9", 404),
    ("/campaign/campaign--1/tie", 404),
    ("/campaign/campaign--1/as/xls", 404),
    ("/watch/campaigns/as/xls", 404),
    ("/watch/campaigns?after=nowhere", 404),
    ("/watch/campaigns?grade=certain", 400),
    ("/watch/campaigns?colour=red", 400),
    ("/campaign/campaign--1/ties?colour=red", 400),
    ("/campaign/campaign--1/accounts?after=x", 404),
    ("/campaign/campaign--1/coordination?open=9-bridge", 404),
    ("/campaign/campaign--1/coordination/other", 404),
    ("/campaign/campaign--1/coordination/links?after=nowhere", 404),
    ("/campaign/campaign--1/coordination/as/xls", 404),
    ("/campaign/campaign--1/evidence?colour=red", 400),
    ("/campaign/campaign--1/spread?after=x", 404),
    ("/campaign/campaign--1/accounts?group=9-bridge", 404),
    ("/campaign/campaign--1/paper/xls", 404),
    ("/today/paper/docx", 404),
    ("/static/..%2fserver.py", 404),
)
OURS = re.compile(r'<script type="module" src="/static/built/shell-[\w-]+\.js"></script>')


def _client(shelf: Shelf, banner: str | None = None) -> TestClient:  # type: ignore[type-arg]  # generic over the app, which is fixed here
    return TestClient(
        build_app(shelf, banner=banner, gate=open_gate()), base_url="http://127.0.0.1:8321"
    )


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:  # type: ignore[type-arg]  # as above
    with _client(small_shelf(), banner="TLP:AMBER") as opened:
        yield opened


@pytest.mark.parametrize("path", PAGES)
def test_each_page_answers_with_marking_caveat_and_headers(path: str, client: TestClient) -> None:  # type: ignore[type-arg]
    answer = client.get(path)
    assert answer.status_code == 200
    assert CAVEAT in answer.text
    assert "TLP:AMBER" in answer.text
    assert '<html lang="en" dir="ltr">' in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    _carries_headers(answer.headers)


@pytest.mark.parametrize("path", FILES)
def test_each_file_answers_with_the_headers(path: str, client: TestClient) -> None:  # type: ignore[type-arg]
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content
    _carries_headers(answer.headers)


@pytest.mark.parametrize(
    ("path", "kind"), [("/watch/campaigns/as/csv", "text/csv"), ("/static/desk.css", "text/css")]
)
def test_a_file_of_text_names_its_letters_once(path: str, kind: str, client: TestClient) -> None:  # type: ignore[type-arg]
    assert client.get(path).headers["content-type"] == f"{kind}; charset=utf-8"


@pytest.mark.parametrize(("path", "status"), FAULTS)
def test_each_fault_is_a_page_with_headers_and_a_way_out(
    path: str,
    status: int,
    client: TestClient,  # type: ignore[type-arg]
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert CAVEAT not in answer.text  # it tells of no campaign
    assert 'href="/watch/campaigns"' in answer.text
    assert "Traceback" not in answer.text
    _carries_headers(answer.headers)


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_the_desk_takes_nothing(verb: str, client: TestClient) -> None:  # type: ignore[type-arg]
    answer = client.request(verb, "/watch/campaigns")
    assert answer.status_code in (204, 405)
    assert verb == "OPTIONS" or "read-only" in answer.text
    _carries_headers(answer.headers)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1:8321",
        "localhost:80a",
        "localhost:99999",
        "[::2]",
        "",
    ],
)
def test_a_foreign_host_is_refused_before_any_page_runs(host: str) -> None:
    shelf = small_shelf()
    with _client(shelf) as client:
        answer = client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert shelf.asked == []
    _carries_headers(answer.headers)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:9", "127.0.0.1:8321", "[::1]", "[::1]:80"]
)
def test_a_loopback_host_is_answered(host: str, client: TestClient) -> None:  # type: ignore[type-arg]
    assert client.get("/", headers={"host": host}).status_code == 200


def test_a_page_that_fails_says_so_and_tells_nothing_of_its_inside(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = Shelf(run=a_run(), all_campaigns=[a_campaign(first=10**15)])
    with _client(broken) as client:
        answer = client.get("/campaign/campaign--1")
    assert answer.status_code == 500
    assert "fault of the program" in answer.text
    assert "ValueError" not in answer.text
    assert "OverflowError" not in answer.text
    assert "a page failed" in caplog.text
    _carries_headers(answer.headers)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_holds_a_script_a_style_or_a_foreign_address(
    path: str,
    client: TestClient,  # type: ignore[type-arg]
) -> None:
    text = client.get(path).text
    rest = OURS.sub("", text)
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|<iframe|<object", rest)
    assert not re.search(r"""(?:href|src|action)\s*=\s*["']?(?:https?:)?//""", text)


def test_without_a_marking_no_band_is_shown() -> None:
    with _client(small_shelf()) as client:
        assert "Classification" not in client.get("/").text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_shown_as_text(text: str) -> None:
    with _client(hostile_shelf(text)) as client:
        account = client.get("/campaign/campaign--1/accounts")
        pages = [client.get(path) for path in (*PAGES[:4], PAGES[5], *PAGES[9:-1])]
        tie = client.get("/campaign/campaign--1/tie", params={"a": "acct-1", "b": "acct-2"})
    for page in (account, *pages, tie):
        assert page.status_code == 200
        shown = page.text
        assert len(shown) < 200_000
        assert not re.search(r"<script|<img|https?://steal", OURS.sub("", shown))
        assert not set(shown) & set("\x00\x07\u202e\u2066")
        assert shown.count("</main>") == 1
        assert " 49 " not in shown


@pytest.mark.parametrize("shelf", [Shelf(run=None), Shelf(run=a_run())])
def test_an_empty_desk_says_what_it_means_and_what_to_do(shelf: Shelf) -> None:
    with _client(shelf) as client:
        today, listed = client.get("/").text, client.get("/watch/campaigns").text
        nothing = client.get("/watch/campaigns?words=zebra").text
        assert client.get("/watch/campaigns/as/csv").status_code == 200
    assert ("legation import posts" in today) == (shelf.run is None)
    assert ("not a proof" in today) == (shelf.run is not None)
    assert "no group stands out from the posts beside it" in listed
    assert "there is nobody to compare" in listed
    assert "No campaign fits this filter" in nothing


def test_a_bare_campaign_names_what_is_missing() -> None:
    bare = a_campaign(accounts=(), co_actions={}, grade_reasons=(), cannot_show=())
    with _client(Shelf(run=a_run(), all_campaigns=[bare])) as client:
        text = client.get("/campaign/campaign--1").text
    for said in ("No tie is kept", "No account is kept", "no texts to quote", "No reason was kept"):
        assert said in text


def test_what_was_not_kept_is_said_not_guessed() -> None:
    shelf = Shelf(
        run=a_run(), all_campaigns=[a_campaign()], all_ties=[a_tie(expected=None, q=None)]
    )
    with _client(shelf) as client:
        assert "was not kept" in client.get(TIE).text
        assert client.get("/campaign/campaign--1/ties").text.count("not kept") == 2
        assert "proves nothing" in client.get(TIE).text


def test_a_pair_with_a_single_account_that_joined_is_no_validated_tie() -> None:
    joined = a_tie(expected=None, q=None, tie="joined")
    for tie, said in ((a_tie(), "<td>validated</td>"), (joined, "<td>joined</td>")):
        shelf = Shelf(run=a_run(), all_campaigns=[a_campaign()], all_ties=[tie])
        with _client(shelf) as client:
            assert said in client.get("/campaign/campaign--1/ties").text
            page = client.get(TIE).text
        assert ("no validated tie" in page) == (tie.tie == "joined")
        assert ("are tied</h1>" in page) == (tie.tie == "validated")


def test_ties_that_hold_are_not_all_pairs_that_met() -> None:
    run = a_run(ties=5_000, validated_ties=7)
    with _client(Shelf(run=run, all_campaigns=[a_campaign()])) as client:
        text = client.get("/campaign/campaign--1").text
    assert "<dt>Pairs of accounts that met at least once</dt><dd>5,000</dd>" in text
    assert "<dt>Ties that hold</dt><dd>7 at a false-discovery rate" in text


def test_pairs_that_met_are_not_called_ties_where_some_joined() -> None:
    joined = a_tie(account_b="acct-3", tie="joined", expected=None, q=None)
    shelf = Shelf(run=a_run(), all_campaigns=[a_campaign()], all_ties=[a_tie(), joined])
    said = "The strongest 2 of 2 pairs of accounts in its evidence; validated ties: 1"
    with _client(shelf) as client:
        for page in ("", "/coordination"):
            text = client.get(f"/campaign/campaign--1{page}").text
            assert said in text
            assert "All 2 pairs of accounts" in text
        assert (
            "2 pairs of accounts in its evidence" in client.get("/campaign/campaign--1/ties").text
        )
        header = client.get("/campaign/campaign--1/ties/as/csv").text.splitlines()[0]
    columns = "campaign_id,account_a,account_b,layers,post_pairs,expected,q,first,last,tie"
    assert header == f"{columns},marking"


def test_ties_that_an_old_run_did_not_count_are_not_made_up() -> None:
    run = a_run(ties=5_000, validated_ties=None)
    with _client(Shelf(run=run, all_campaigns=[a_campaign()])) as client:
        assert "not counted in this run" in client.get("/campaign/campaign--1").text


def test_the_order_of_the_two_accounts_is_free(client: TestClient) -> None:  # type: ignore[type-arg]
    turned = client.get("/campaign/campaign--1/tie?a=acct-2&b=acct-1").text.partition("<footer")
    assert turned[0] == client.get(TIE).text.partition("<footer")[0]


def test_evidence_says_who_was_first_and_by_how_much(client: TestClient) -> None:  # type: ignore[type-arg]
    text = client.get(TIE).text
    assert text.count(">first</span>") == 1
    assert text.count(">24 s later</span>") == 1
    assert "24 s apart" in text


def test_pages_of_a_list_join_to_the_whole_without_gap_or_double() -> None:
    some = [a_campaign(campaign_id=f"campaign--{n:03}", name=f"group {n}") for n in range(123)]
    with _client(Shelf(run=a_run(), all_campaigns=some)) as client:
        seen, path = [], "/watch/campaigns?order=accounts"
        while path:
            text = client.get(path).text
            seen += re.findall(r'href="/campaign/(campaign--\d+)"', text)
            found = re.search(r'href="([^"]+)">Next page', text)
            path = found[1].replace("&amp;", "&") if found else ""
        rows = client.get("/watch/campaigns/as/csv").text.strip().splitlines()
    assert seen == [one.campaign_id for one in some]
    assert len(rows) == 124


def test_accounts_come_in_pages() -> None:
    member = a_campaign().accounts[0]
    many = tuple(msgspec.structs.replace(member, account_id=f"acct-{n}") for n in range(120))
    with _client(Shelf(run=a_run(), all_campaigns=[a_campaign(accounts=many)])) as client:
        base = "/campaign/campaign--1/accounts"
        seen, pages = [], []
        path = base
        while path:
            pages.append(client.get(path).text)
            seen += re.findall(r'class="account">(acct-\d+)<', pages[-1])
            found = re.search(r'href="([^"]+)">Next page', pages[-1])
            path = found[1].replace("&amp;", "&") if found else ""
            assert "acct-" not in path  # an address stays in the browser
        assert client.get(f"{base}?after=4000").status_code == 404
    assert len(pages) == 3
    assert "Accounts 101 to 120 of 120" in pages[-1]
    assert sorted(seen) == sorted(one.account_id for one in many)


def test_a_page_asks_as_often_of_much_as_of_little() -> None:
    big = invented_shelf()
    tie = big.all_ties[0]
    here = f"/campaign/{tie.campaign_id}"
    more = (
        "/",
        "/watch/campaigns",
        here,
        f"{here}/accounts",
        f"{here}/ties",
        f"{here}/tie?a={tie.account_a}&b={tie.account_b}",
    )
    few = ("/", "/watch/campaigns", *PAGES[3:6], TIE)
    for path, other in zip(more, few, strict=True):
        asked = []
        for shelf, page in ((big, path), (small_shelf(), other)):
            with _client(shelf) as client:
                shelf.asked.clear()
                assert client.get(page).status_code == 200
                asked.append(list(shelf.asked))
        assert asked[0] == asked[1]
        assert len(asked[0]) <= 2


def test_the_invented_fortnight_keeps_pages_small() -> None:
    shelf = invented_shelf()
    here = f"/campaign/{shelf.all_campaigns[0].campaign_id}"
    with _client(shelf) as client:
        for path in ("/", "/watch/campaigns", here, f"{here}/accounts", f"{here}/ties"):
            assert len(client.get(path).content) < 60_000


def test_the_first_page_as_a_file_reads_back(client: TestClient) -> None:  # type: ignore[type-arg]
    answer = client.get("/today.json")
    assert answer.headers["content-disposition"] == 'attachment; filename="today.TLP-AMBER.json"'
    assert msgspec.json.decode(answer.content, type=Today) == small_shelf().today()


def _carries_headers(headers: object) -> None:
    assert hasattr(headers, "get")
    for name, value in HEADERS.items():
        assert headers.get(name) == value
    assert "script-src 'self';" in headers.get("content-security-policy")
    assert "unsafe" not in headers.get("content-security-policy")
