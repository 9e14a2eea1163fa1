"""Import and Jobs in the desk: the whole way of a file, who may send a form, and hostile files."""

import asyncio
import gzip
import html
import io
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from litestar.testing import TestClient

from legation.app import uploads
from legation.app.importing import Intakes, Reading
from legation.app.uploads import Uploads
from legation.crypto.key_files import UNPROTECTED
from legation.desk.fence import HEADERS
from legation.desk.server import build_app
from legation.desk.stored import StoredReading
from legation.errors import BadInputError, BusyError, LegationError
from legation.sources.mapping_file import read_mapping
from worlds.gates import open_gate
from worlds.planted_posts import write_town
from worlds.requests import scope
from worlds.shell import legation
from worlds.working_desk import HERE, SAME, WorkingDesk, working_desk

OURS = b"post_id,account_id,created_at,text\np1,ann,2026-03-02T10:00:00Z,x\np2,ben,never,x\n"
THEIRS = (
    b"Id,Author,Published,Message\n"
    b"1,ann,02.03.2026 10:00,<img src=x onerror=alert(1)> http://evil.example/a\n"
    b"2,ben,03.03.2026 11:30,=HYPERLINK(1)\n"
    b"3,cid,never,x\n"
)
OWN = {
    "how": "own",
    "post_id": "Id",
    "account_id": "Author",
    "time": "Published",
    "text": "Message",
    "time_format": "%d.%m.%Y %H:%M",
    "zone": "Europe/Paris",
    "name": "Our tool",
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[WorkingDesk]:
    with working_desk(tmp_path) as made:
        yield made


def job_of(answer: object) -> str:
    assert answer.status_code == 303, answer.text  # type: ignore[attr-defined] # an answer
    return str(answer.headers["location"])  # type: ignore[attr-defined] # an answer


def rows_of(desk: WorkingDesk) -> int:
    files = [str(file) for file in desk.store.lake.files("posts")]
    if not files:
        return 0
    (count,) = duckdb.execute("SELECT count(*) FROM read_parquet(?)", [files]).fetchall()[0]
    return int(count)


def test_a_file_is_recognised_tried_taken_in_and_undone(desk: WorkingDesk) -> None:
    place = desk.sent(OURS)
    assert "legation" in desk.page(place)
    tried = job_of(desk.post(f"{place}/check", how="preset", preset="legation"))
    page = desk.page(tried)
    assert "Posts created</dt><dd>1" in page
    assert "Nothing has been kept" in page
    assert (rows_of(desk), desk.store.imports.newest("posts")) == (0, [])
    assert desk.store.names.count() == 0
    assert "The first rejected rows" in page
    assert "The time cannot be read" in page
    rejected = desk.client.get(f"{tried}/rejected.csv")
    assert rejected.text.splitlines()[1].startswith("posts.csv,3,created_at,the time cannot")
    taken = job_of(desk.post(f"{tried}/import"))
    assert "1 post taken in, 1 row rejected" in desk.page(taken)
    # Whoever clicks once more is led to the import that there is.
    assert [job_of(desk.post(f"{tried}/import")) for _ in range(3)] == [taken] * 3
    assert rows_of(desk) == 1
    assert desk.left() == []
    (entry,) = desk.store.imports.newest("posts")
    assert f"/import/undo/{entry.import_id}" in desk.page(taken)
    wrong = desk.post(f"/import/undo/{entry.import_id}", number="nonsense")
    assert wrong.status_code == 400
    undone = job_of(desk.post(f"/import/undo/{entry.import_id}", number=entry.import_id[:8]))
    assert "has left the lake" in desk.page(undone)
    assert rows_of(desk) == 0
    assert "undone" in desk.page("/import")
    (audited,) = desk.store.audit.entries(verb="import.undo")
    assert audited.event.actor == "test"


def test_what_came_in_of_a_file_before_it_was_refused_or_broken_off_is_taken_back(
    desk: WorkingDesk, tmp_path: Path
) -> None:
    for error, said in (
        (BadInputError("cannot be read", place="p.csv", hint=""), "This file was refused"),
        (BusyError("cancelled", hint=""), "This import has not ended"),
    ):
        file = tmp_path / f"{type(error).__name__}.csv"
        rows = (f"{file.stem}{n},ann,2024-05-01T10:00:00Z,some words\n" for n in range(20))
        file.write_text("post_id,account_id,created_at,text\n" + "".join(rows))

        def end(_percent: int, words: str, error: LegationError = error) -> None:
            if words == "takes in part 3":
                raise error

        intakes = Intakes(desk.home, desk.store, UNPROTECTED, tell=end, slice_bytes=200)
        with pytest.raises(type(error)):
            intakes.take(file, Reading())
        (entry, *_) = desk.store.imports.newest("posts")
        asking = f"/import/undo/{entry.import_id}"
        assert asking in desk.page("/import")
        page, rows_there = desk.page(asking), rows_of(desk)
        assert rows_there
        assert said in page
        assert f"{rows_there} rows of the file" in page
        undone = job_of(desk.post(asking, number=entry.import_id[:8]))
        assert "has left the lake" in desk.page(undone)
        assert rows_of(desk) == 0
        assert asking not in desk.page("/import")
        assert "nothing to take back" in desk.page(asking)


def test_a_form_that_leaves_the_zone_open_is_refused_before_anything_is_kept(
    desk: WorkingDesk,
) -> None:
    place = desk.sent(THEIRS, "theirs.csv")
    assert 'Europe/Paris <span class="note">needed</span>' in desk.page(place)
    answer = desk.post(f"{place}/check", **{**OWN, "zone": ""})
    assert answer.status_code == 400
    assert "states no zone" in answer.text
    assert 'value="Our tool"' in answer.text
    assert not (desk.home.folder / "mappings").exists()
    assert desk.store.jobs.find() == []


def test_a_mapping_of_ones_own_is_kept_in_versions_and_the_command_line_reads_it(
    desk: WorkingDesk, tmp_path: Path
) -> None:
    place = desk.sent(THEIRS, "theirs.csv")
    page = desk.page(place)
    assert 'value="Author"' in page
    tried = job_of(desk.post(f"{place}/check", **OWN))
    assert "Posts created</dt><dd>2" in desk.page(tried)
    kept = desk.home.folder / "mappings" / "our-tool.1.toml"
    assert read_mapping(kept).zone == "Europe/Paris"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    desk.post(f"{place}/check", **OWN)
    desk.post(f"{place}/check", **OWN | {"platform_of_all": "chirper"})
    names = sorted(path.name for path in kept.parent.iterdir())
    assert names == ["our-tool.1.toml", "our-tool.2.toml"]
    assert read_mapping(kept.with_name("our-tool.2.toml")).platform == "chirper"
    assert "our-tool, version 2" in desk.page(place)
    again = job_of(desk.post(f"{place}/check", how="saved", saved="our-tool"))
    assert "our-tool.2" in desk.page(again)
    file = tmp_path / "theirs.csv"
    file.write_bytes(THEIRS)
    said = legation("import", "posts", file, "--mapping", kept, "--home", desk.home.folder)
    assert (said.code, "2 new posts" in said.out) == (0, True)


def test_a_column_of_platforms_and_one_platform_for_all_are_two_fields(desk: WorkingDesk) -> None:
    place = desk.sent(THEIRS, "theirs.csv")
    page = desk.page(place)
    own = page.partition('id="own"')[2].partition("</form>")[0]
    names = re.findall(r'<(?:input|select)[^>]* name="([a-z_]+)"', own)
    assert {"platform", "platform_of_all"} <= set(names)
    assert len(names) == len(set(names))
    answer = desk.post(f"{place}/check", **OWN | {"platform": "Message", "platform_of_all": ""})
    assert answer.status_code == 303, answer.text
    kept = read_mapping(desk.home.folder / "mappings" / "our-tool.1.toml")
    assert (kept.fields["platform"].columns, kept.platform) == (("Message",), "")


def test_a_dry_run_counts_what_the_import_then_does(desk: WorkingDesk) -> None:
    def through(content: bytes) -> tuple[dict[str, int], dict[str, int]]:
        place = desk.sent(content)
        tried = job_of(desk.post(f"{place}/check", how="preset", preset="legation"))
        taken = job_of(desk.post(f"{tried}/import"))
        names = ("rows", "edits", "repeated", "folded", "skipped", "rejected")
        tried_, taken_ = (
            desk.store.jobs.get(at.rpartition("/")[2]).result for at in (tried, taken)
        )
        return {n: tried_[n] for n in names}, {n: taken_[n] for n in names}

    through(OURS)
    more = OURS.replace(b"00Z,x", b"00Z,edited") + b"p3,ann,2026-03-02T10:00:09Z,x\n" * 2
    more += b"p4,cid,2026-03-02T10:00:09Z,x\n"
    dry, wet = through(more)
    assert dry == wet
    assert dry == {
        "rows": 2,
        "edits": 1,
        "repeated": 0,
        "folded": 1,
        "skipped": 0,
        "rejected": 1,
    }


def test_a_dry_run_that_finds_no_post_offers_no_import(desk: WorkingDesk) -> None:
    place = desk.sent(OURS.partition(b"\n")[0] + b"\np9,ann,never,x\n")
    tried = job_of(desk.post(f"{place}/check", how="preset", preset="legation"))
    page = desk.page(tried)
    assert "The first rejected rows" in page
    assert "there is nothing to import" in page
    assert f'action="{tried}/import"' not in page
    assert "Read it another way" in page
    refused = desk.post(f"{tried}/import")
    assert refused.status_code == 409
    assert "no post of this file can be read so" in refused.text
    assert desk.store.imports.newest("posts") == []


def test_samples_are_text_and_their_addresses_are_broken(desk: WorkingDesk) -> None:
    page = desk.page(desk.sent(THEIRS, "<b>bold</b>.csv"))
    assert "&lt;img src=x onerror=alert(1)&gt; hxxp://evil[.]example/a" in page
    assert "<img" not in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\fakepath\\june.csv", "june.csv"),
        ("..", "posts"),
        ("about.json", "posts"),
        ("/srv/keys/id", "id"),
        ("a*[b]?.csv", "a_b_.csv"),
        ("x" * 300 + ".csv", "x" * 96 + ".csv"),
    ],
)
def test_a_path_in_a_files_name_leads_nowhere(desk: WorkingDesk, name: str, shown: str) -> None:
    place = desk.sent(OURS, name)
    assert f"<bdi>{shown}</bdi>" in desk.page(place)
    (file,) = [path for path in desk.left() if path.name != "about.json"]
    assert file.name == shown
    assert file.is_relative_to(desk.home.folder / "scratch" / "uploads")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_name_of_many_octets_is_cut_and_its_file_comes_in(desk: WorkingDesk) -> None:
    desk.sent(b"post_id\n1\n", "\u6f22" * 100 + ".csv")
    (file,) = (path for path in desk.left() if path.suffix == ".csv")
    assert len(file.name.encode()) <= 200
    assert file.name.startswith("\u6f22\u6f22")


def test_a_file_that_cannot_be_opened_leaves_neither_folder_nor_lock(
    desk: WorkingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_MOST_OCTETS", 4_000)
    monkeypatch.setattr(uploads, "_LONGEST", 4_000)
    folder = desk.home.folder / "scratch" / "uploads"
    for _ in range(3):
        with pytest.raises(OSError, match="File name too long"):
            Uploads(desk.home).receive("x" * 300)
    assert list(folder.iterdir()) == []


def test_of_half_sent_files_one_person_has_few_here_at_once(desk: WorkingDesk) -> None:
    token = desk.token()
    head = (
        f'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{token}\r\n--b\r\n'
        'Content-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'
    ).encode()

    async def all_at_once() -> list[int]:
        gone, refused = asyncio.Event(), asyncio.Event()
        told: list[int] = []

        async def ask(path: str) -> None:
            sent: list[bytes] = []

            asked = scope(
                "POST",
                path,
                origin="http://127.0.0.1",
                sec_fetch_site="same-origin",
                content_type="multipart/form-data; boundary=b",
            )

            async def receive() -> Any:
                if not sent:
                    sent.append(head)
                    return {"type": "http.request", "body": head + b"id\n", "more_body": True}
                await gone.wait()
                return {"type": "http.disconnect"}

            async def send(message: Any) -> None:
                if message["type"] == "http.response.start" and not gone.is_set():
                    told.append(message["status"])
                    if len(told) == 4:
                        refused.set()

            await desk.client.app(asked, receive, send)

        paths = ["/import/send", "/evidence/send"] * 3
        asked = [asyncio.create_task(ask(path)) for path in paths]
        await refused.wait()
        gone.set()
        await asyncio.gather(*asked, return_exceptions=True)
        return told

    assert asyncio.run(asyncio.wait_for(all_at_once(), 60)) == [503] * 4
    assert desk.left() == []
    desk.sent(b"post_id\n1\n")


def test_a_file_that_is_too_large_is_refused_with_the_reason(tmp_path: Path) -> None:
    with working_desk(tmp_path, upload_mb=1) as desk:
        answer = desk.send(b"post_id,account_id\n" + b"x" * 3_000_000)
        assert answer.status_code == 400
        assert "larger than 1 MB" in answer.text
        assert desk.left() == []


def test_a_bomb_of_gzip_is_refused_before_it_is_read(tmp_path: Path) -> None:
    bomb = gzip.compress(b"post_id,account_id,created_at\n" + b"0" * 30_000_000)
    assert len(bomb) < 100_000
    with working_desk(tmp_path, unpacked_mb=10) as desk:
        answer = desk.send(bomb, "posts.csv.gz")
        assert answer.status_code == 400
        assert "unpacked, this file is larger than 10 MB" in answer.text
        assert desk.left() == []


def test_a_bomb_of_parquet_is_refused_by_what_it_says_of_itself(tmp_path: Path) -> None:
    file = tmp_path / "bomb.parquet"
    duckdb.execute(
        f"COPY (SELECT 0 AS post_id FROM range(20_000_000)) TO '{file}' (FORMAT parquet)"
    )
    assert file.stat().st_size < 2_000_000
    with working_desk(tmp_path, unpacked_mb=10) as desk:
        assert "larger than 10 MB" in desk.send(file.read_bytes(), "bomb.parquet").text
        assert desk.left() == []


def test_what_is_no_table_is_refused_with_a_way_out(desk: WorkingDesk) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("posts.csv", OURS)
    assert "ZIP archive" in desk.send(packed.getvalue(), "posts.zip").text
    assert "the file is empty" in desk.send(b"").text
    damaged = desk.send(gzip.compress(OURS * 1000)[:-20], "posts.csv.gz")
    assert damaged.status_code == 400
    assert desk.left() == []
    page = desk.page(desk.sent(b"a,b\n" + b"\xe9\xe8,\xe0\n" * 20), 400)
    assert "not UTF-8" in page
    assert "scratch" not in page


def test_ten_thousand_columns_make_a_page_of_ordinary_size(desk: WorkingDesk) -> None:
    header = ",".join(f"column_{n}" for n in range(10_000))
    cells = ",".join(["<script>alert(1)</script>"] * 10_000)
    page = desk.page(desk.sent(f"{header}\n{cells}\n".encode()))
    assert "9,800 more columns not listed" in page
    assert len(page) < 100_000
    assert "<script>alert" not in page


def test_a_form_from_elsewhere_changes_nothing(desk: WorkingDesk) -> None:
    token = desk.token()
    form = {"form_token": token, "file": "x"}
    foreign = [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": HERE},
        {"Sec-Fetch-Site": "none"},
        {},
    ]
    for headers in foreign:
        for path in ("/watch", "/import/choose", "/import/send", "/export/csv"):
            answer = desk.client.post(path, data=form, headers=headers)
            assert answer.status_code == 403, (path, headers)
    for wrong in ("", "x", token[:-1], "é"):
        answer = desk.client.post("/watch", data={"form_token": wrong}, headers=SAME)
        assert answer.status_code == 403
        answer = desk.client.post(
            "/import/send", data={"form_token": wrong}, files={"file": ("a", OURS)}, headers=SAME
        )
        assert answer.status_code == 403
    no_token = desk.client.post("/import/send", files={"file": ("a", OURS)}, headers=SAME)
    assert no_token.status_code == 403
    assert desk.left() == []
    assert desk.store.jobs.find() == []
    assert "evil" not in desk.page("/jobs")


def test_a_form_that_is_none_is_refused(desk: WorkingDesk) -> None:
    for headers, content in (
        ({"Content-Type": "application/json"}, b"{}"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"a=b&" * 100_000),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"a=b&" * 200),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"\xff=1"),
    ):
        answer = desk.client.post("/watch", content=content, headers=SAME | headers)
        assert answer.status_code in (400, 403, 413)
    for content in (b"", b"--x\r\n", b"--x--\r\n", b"garbage"):
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = desk.client.post("/import/send", content=content, headers=SAME | kind)
        assert answer.status_code == 400, content
    assert desk.left() == []


def test_a_file_of_the_declared_folder_is_offered_and_never_removed(tmp_path: Path) -> None:
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "june.csv").write_bytes(OURS)
    (folder / ".hidden.csv").write_bytes(OURS)
    (folder / "link.csv").symlink_to("/etc/passwd")
    with working_desk(tmp_path, import_folder=str(folder)) as desk:
        page = desk.page("/import")
        assert "june.csv" in page
        assert ".hidden.csv" not in page
        assert "link.csv" not in page
        for wrong in ("link.csv", ".hidden.csv", "../home/desk.keys", "", "..", "none.csv"):
            assert desk.post("/import/choose", file=wrong).status_code == 404
        place = desk.post("/import/choose", file="june.csv").headers["location"]
        tried = job_of(desk.post(f"{place}/check", how="preset", preset="legation"))
        job_of(desk.post(f"{tried}/import"))
        assert rows_of(desk) == 1
        assert desk.left() == []
    assert (folder / "june.csv").read_bytes() == OURS


def test_a_mapping_that_does_not_say_enough_is_refused_with_the_reason(desk: WorkingDesk) -> None:
    place = desk.sent(THEIRS)
    for change, reason in (
        ({"time": ""}, "lacks time"),
        ({"zone": "Europe/Pari"}, "did you mean"),
        ({"text": "{ columns = "}, "text"),
        ({"text": '{ colums = ["Message"] }'}, "did you mean"),
        ({"how": "saved", "saved": "none"}, "no saved mapping"),
        ({"how": "preset", "preset": "none"}, "preset"),
    ):
        answer = desk.post(f"{place}/check", **OWN | change)
        assert answer.status_code in (400, 404), change
        assert reason in answer.text.lower() or reason in answer.text
    assert not (desk.home.folder / "mappings").exists()


def test_a_misspelt_zone_is_told_above_the_form_that_keeps_what_was_given(
    desk: WorkingDesk,
) -> None:
    place = desk.sent(THEIRS)
    given = OWN | {"zone": "Europe/Berln", "name": "A tool of ours"}
    answer = desk.post(f"{place}/check", **given)
    assert answer.status_code == 400
    assert "Did you mean &#39;Europe/Berlin&#39;?</p>" in answer.text
    for kept in ('value="Europe/Berln"', 'value="A tool of ours"', f'value="{OWN["time_format"]}"'):
        assert kept in answer.text
    preset = desk.post(f"{place}/check", how="preset", preset="legation", zone="Kyiw")
    assert preset.status_code == 400
    assert f'action="{place}/check"' in preset.text
    # Whoever comes to the address of the answer, by a reload, is led back to the form.
    back = desk.client.get(f"{place}/check", follow_redirects=False)
    assert (back.status_code, back.headers["location"]) == (303, place)


def test_a_file_that_names_no_platform_is_warned_of_before_it_comes_in(desk: WorkingDesk) -> None:
    header = b"post_id,account_id,created_at,text,platform\n"
    row = b"p1,ann,2026-03-02T10:00:00Z,x,"
    for platform in (b"telegram\n", b"\n"):
        place = desk.sent(header + row + platform)
        tried = job_of(desk.post(f"{place}/check", how="preset", preset="legation"))
        page = desk.page(tried)
        job_of(desk.post(f"{tried}/import"))
    assert "This file names no platform; found again as posts of telegram" in page.replace(
        "this file", "This file"
    )
    assert "say its platform." in page
    assert rows_of(desk) == 1
    place = desk.sent(header + row.replace(b"p1", b"p2") + b"\n")
    named = {"how": "preset", "preset": "legation", "platform": "Telegram"}
    job_of(desk.post(f"{job_of(desk.post(f'{place}/check', **named))}/import"))
    files = [str(file) for file in desk.store.lake.files("posts")]
    with duckdb.connect() as connection:
        told = connection.execute(
            "SELECT account_id, platform FROM read_parquet(?)", [files]
        ).fetchall()
    assert (len(told), len(set(told)), told[0][1]) == (2, 1, "telegram")


def test_a_column_that_is_not_there_fails_the_dry_run_and_the_file_stays(
    desk: WorkingDesk,
) -> None:
    place = desk.sent(THEIRS)
    failed = job_of(desk.post(f"{place}/check", **OWN | {"account_id": "Writer"}))
    page = desk.page(failed)
    assert "Failed" in page
    assert "Writer" in page
    assert "posts.csv" in page
    assert "scratch" not in page
    assert "Read it another way" in page
    assert desk.post(f"{failed}/import").status_code == 409
    assert "Author" in desk.page(place)


def test_a_file_can_be_left_alone(desk: WorkingDesk) -> None:
    place = desk.sent(THEIRS)
    assert desk.post(f"{place}/drop").status_code == 303
    assert desk.left() == []
    desk.page(place, 404)


def test_without_the_passphrase_of_the_keys_nothing_comes_in_and_it_is_said(
    tmp_path: Path,
) -> None:
    with working_desk(tmp_path, protection=None) as desk:
        place = desk.sent(OURS)
        failed = job_of(desk.post(f"{place}/check", how="preset", preset="legation"))
        assert "passphrase" in desk.page(failed)


def test_campaigns_of_posts_that_were_taken_back_are_shown_as_stale(
    desk: WorkingDesk, tmp_path: Path
) -> None:
    place = desk.sent(write_town(tmp_path / "town.jsonl").read_bytes(), "town.jsonl")
    tried = job_of(desk.post(f"{place}/check", how="preset", preset="legation"))
    job_of(desk.post(f"{tried}/import"))
    looked = job_of(desk.post("/watch"))
    assert "1 campaign" in desk.page(looked)
    assert "stale" not in desk.page("/")
    exported = job_of(desk.post("/export/stix"))
    answer = desk.client.get(f"{exported}/as/file")
    assert answer.json()["type"] == "bundle"
    (entry,) = desk.store.imports.newest("posts")
    job_of(desk.post(f"/import/undo/{entry.import_id}", number=entry.import_id[:8]))
    (campaign,) = set(re.findall(r'href="(/campaign/[^"/?#]+)"', desk.page("/watch/campaigns")))
    tie = re.search(r'href="(/campaign/[^"]+/tie\?[^"]+)"', desk.page(f"{campaign}/ties"))
    assert tie
    for path in (
        *("/", "/watch/campaigns", campaign, f"{campaign}/ties", f"{campaign}/accounts"),
        html.unescape(tie[1]),
    ):
        assert "This run is stale" in desk.page(path), path
    said = legation("campaign", "list", "--home", desk.home.folder)
    assert "stale" in said.err
    # What was found in posts that are no more does not stay the latest word.
    assert "0 posts looked at" in desk.page(job_of(desk.post("/watch")))
    assert "stale" not in desk.page("/")
    assert "no posts: all were taken back" in desk.page("/")


def test_an_export_of_nothing_fails_and_an_unknown_kind_is_refused(desk: WorkingDesk) -> None:
    assert "no campaign to export" in desk.page(job_of(desk.post("/export/csv")))
    assert desk.post("/export/xls").status_code == 404


def test_jobs_are_listed_in_pages_and_an_unknown_one_is_a_page_too(desk: WorkingDesk) -> None:
    for _ in range(51):
        desk.store.jobs.add("watch", "Look for campaigns", {}, actor="test", place="")
    page = desk.page("/jobs")
    assert page.count('href="/job/') == 50
    assert "Next page" in page
    onward = re.search(r'href="(/jobs\?after=\w+)">Next page', page)
    assert onward
    assert desk.page(onward[1]).count('href="/job/') == 1
    desk.page("/jobs?after=x", 404)
    desk.page("/job/none", 404)
    desk.page("/job/none/state", 404)
    desk.page("/import/undo/none", 404)
    desk.page("/import/file/..%2f..%2fdesk.keys", 404)


def test_a_waiting_job_can_be_cancelled_and_asked_how_far_it_is(desk: WorkingDesk) -> None:
    job = desk.store.jobs.add("watch", "Look for campaigns", {}, actor="test", place="")
    assert desk.client.get(f"/job/{job.job_id}/state").json() == {
        "state": "waiting",
        "percent": 0,
        "words": "waits for its turn",
        "begun": "",
        "did": [{"at": "2026-04-01T09:00:00Z", "words": "asked for"}],
    }
    page = desk.page(f"/job/{job.job_id}")
    assert "Look again" in page
    assert f'data-job="/job/{job.job_id}"' in page
    assert job_of(desk.post(f"/job/{job.job_id}/cancel")) == f"/job/{job.job_id}"
    assert "Cancelled" in desk.page(f"/job/{job.job_id}")
    assert desk.post(f"/job/{job.job_id}/cancel").status_code == 409


def test_the_state_of_a_running_job_tells_when_it_began_and_what_it_did(
    desk: WorkingDesk,
) -> None:
    job = desk.store.jobs.add("watch", "Look for campaigns", {}, actor="test", place="here")
    desk.store.jobs.take("here")
    desk.store.jobs.note(job.job_id, "looks for accounts that act together")
    state = desk.client.get(f"/job/{job.job_id}/state").json()
    assert state["begun"] == "2026-04-01T09:00:00Z"
    said = [one["words"] for one in state["did"]]
    # As many lines, in the same order, as the page lists: the script adds those that are new.
    page = desk.page(f"/job/{job.job_id}")
    assert [page.index(f"</time> {words}") for words in said] == sorted(
        page.index(f"</time> {words}") for words in said
    )
    assert said[-1] == "looks for accounts that act together"
    assert page.count("<li><time") == len(said)
    assert "data-begun><time" in page


def test_a_cancelled_import_takes_what_was_sent_with_it(desk: WorkingDesk) -> None:
    place = desk.sent(OURS)
    given = {"upload": place.rpartition("/")[2], "mapping": "legation", "remove": True}
    job = desk.store.jobs.add("import", "Import", given, actor="test", place="")
    desk.post(f"/job/{job.job_id}/cancel")
    assert desk.left() == []


def test_every_page_of_these_rooms_keeps_the_policy(desk: WorkingDesk) -> None:
    place = desk.sent(OURS)
    tried = job_of(desk.post(f"{place}/check", how="preset", preset="legation"))
    for path in ("/import", place, tried, "/jobs", "/job/none", "/static/door.js"):
        policy = desk.client.get(path).headers["content-security-policy"]
        assert policy == HEADERS["Content-Security-Policy"]


def test_a_desk_that_is_read_only_has_neither_room(desk: WorkingDesk) -> None:
    reading = StoredReading(desk.home.library(desk.store, "desk"))
    with TestClient(build_app(reading, banner=None, gate=open_gate()), base_url=HERE) as client:
        assert client.get("/import").status_code == 404
        assert client.post("/watch", headers=SAME).status_code == 405
        assert "/import" not in client.get("/").text


@pytest.mark.parametrize(
    ("language", "one", "few"),
    [
        ("en", "1 post taken in, 1 row rejected", "3 posts taken in, 0 rows rejected"),
        ("fr", "Importé : 1 publication ; rejeté : 1 ligne", "Importé : 3 publications ; rejeté"),
        ("ar", "استُورد: منشور واحد؛ رُفض: صف واحد", "استُورد: 3 منشورات؛ رُفض: 0 صف"),
    ],
)
def test_a_job_counts_in_the_readers_language_with_the_right_plural(
    desk: WorkingDesk, language: str, one: str, few: str
) -> None:
    more = b"".join(OURS.splitlines(keepends=True)[:1]) + b"".join(
        f"q{n},eve,2026-03-02T10:0{n}:00Z,words {n}\n".encode() for n in range(3)
    )
    jobs = []
    for content in (OURS, more):
        place = desk.sent(content)
        tried = job_of(desk.post(f"{place}/check", how="preset", preset="legation"))
        jobs.append(job_of(desk.post(f"{tried}/import")))
    desk.client.get(f"/language/{language}?to=/jobs")
    assert one in desk.page(jobs[0])
    assert few in desk.page(jobs[1])
    assert one in desk.page("/jobs")


def test_the_file_of_imports_says_what_its_page_says(desk: WorkingDesk, tmp_path: Path) -> None:
    desk.post("/watch")
    for name, error in (
        ("refused.csv", BadInputError("cannot be read", place="p.csv", hint="")),
        ("open.csv", BusyError("cancelled", hint="")),
    ):
        rows = (f"{name}{n},ann,2024-05-01T10:00:00Z,some words\n" for n in range(20))
        (tmp_path / name).write_text("post_id,account_id,created_at,text\n" + "".join(rows))

        def end(_percent: int, words: str, error: LegationError = error) -> None:
            if words == "takes in part 3":
                raise error

        intakes = Intakes(desk.home, desk.store, UNPROTECTED, tell=end, slice_bytes=200)
        with pytest.raises(type(error)):
            intakes.take(tmp_path / name, Reading())
    page = desk.page("/imports")
    rows = desk.client.get("/imports/as/json").json()["rows"]
    said = {row["file"]: (row["state"], row["good"], row["rejected"]) for row in rows}
    assert said["open.csv"] == ("not finished", None, None)
    assert said["refused.csv"][0] == "failed"
    assert said["refused.csv"][1]
    table = desk.client.get("/imports/as/csv").text
    for state in ("not finished", "failed"):
        assert f"<td>{state}</td>" in page
        assert f",{state}," in table
    assert "started," not in table.partition("\n")[2]
    assert "Failed with rows taken in" in page
