import json
from pathlib import Path

import pytest

from legation.errors import BadInputError, NotFoundError, UsageError
from legation.sources.guess import choose, guess_mapping
from legation.sources.mapping_file import mapping_from, read_mapping, write_mapping
from legation.sources.posts import mapping_for, open_posts, read_shorteners
from legation.store.duck import connect


def file_of(folder: Path, content: str, name: str = "posts.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_guess_is_shown_and_not_used(tmp_path: Path) -> None:
    file = file_of(tmp_path, "Tweet ID,Screen Name,Created At,Full Text\n1,ann,1700000000,#a\n")
    with pytest.raises(BadInputError, match="no preset fits") as refusal:
        choose(file)
    shown = refusal.value.hint.split("\n\n", 1)[1]
    written = file_of(tmp_path, shown, "guess.toml")
    connection = connect("200MB", 1)
    intake = open_posts(connection, [file], str(written))
    assert intake.rows == 1
    assert connection.execute("SELECT post_id, account_id, hashtags FROM post").fetchall() == [
        ("1", "ann", ["a"])
    ]


@pytest.mark.parametrize(
    ("sample", "time_format"),
    [
        ("1700000000", "epoch_s"),
        ("1700000000123", "epoch_ms"),
        ("1700000000123456", "epoch_us"),
        ("Wed Oct 10 20:19:24 +0000 2018", "%a %b %d %H:%M:%S %z %Y"),
        ("2024-01-01T00:00:00Z", "iso"),
        ("2024-01-01 10:00", "iso"),
        ("31.12.2024 23:59", "%d.%m.%Y %H:%M"),
        ("31/12/2024 23:59:58", "%d/%m/%Y %H:%M:%S"),
        ("12/31/2024 11:59 PM", "%m/%d/%Y %I:%M %p"),
        ("2024/12/31 23:59", "%Y/%m/%d %H:%M"),
        ("May 3, 2024, 10:15", "%B %d, %Y, %H:%M"),
        ("Tue, 31 Dec 2024 23:59:58 +0100", "%a, %d %b %Y %H:%M:%S %z"),
        ("03/04/2024 10:00", "iso"),
        ("yesterday", "iso"),
    ],
)
def test_the_format_of_times_is_guessed_from_some(sample: str, time_format: str) -> None:
    guessed = guess_mapping(["id", "user", "date"], [{"id": "1", "user": "a", "date": sample}])
    assert guessed.time_format == time_format


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("31.12.2024 23:59:58", 'zone = "UTC"\n'),
        ("3/31/2024 1:05 PM", 'zone = "UTC"\n'),
        ("Tue, 31 Dec 2024 23:59:58 +0100", ""),
    ],
)
def test_a_guessed_format_reads_what_it_was_guessed_from(
    tmp_path: Path, written: str, zone: str
) -> None:
    file = file_of(tmp_path, f'id,author,posted\n1,ann,"{written}"\n')
    with pytest.raises(BadInputError) as refusal:
        choose(file)
    guess = refusal.value.hint.split("\n\n", 1)[1]
    mapping = file_of(tmp_path, zone + guess, "guess.toml")
    assert open_posts(connect("200MB", 1), [file], str(mapping)).rows == 1


def test_a_written_time_without_a_zone_is_refused_for_its_zone(tmp_path: Path) -> None:
    file = file_of(tmp_path, "id,author,posted\n1,ann,31.12.2024 23:59\n")
    with pytest.raises(BadInputError) as refusal:
        choose(file)
    guess = file_of(tmp_path, refusal.value.hint.split("\n\n", 1)[1], "guess.toml")
    with pytest.raises(BadInputError, match="states no zone"):
        open_posts(connect("200MB", 1), [file], str(guess))


def test_a_file_without_anything_like_a_post_is_told_with_its_columns(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no column looks like post_id") as refusal:
        choose(file_of(tmp_path, "length,width\n1,2\n"))
    assert "length, width" in refusal.value.hint


UNKNOWN = (
    "Author handle,posted,What they said\n"
    "@ann_v,06/08/2015 18:55,the debate was loud tonight\n"
    "@ben,06/08/2015 18:56,who won it do you think\n"
)


def test_day_and_month_that_nobody_can_tell_apart_are_told_and_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as refusal:
        choose(file_of(tmp_path, UNKNOWN))
    draft = refusal.value.draft
    assert "06/08/2015 18:55: cannot tell day from month" in draft
    assert "\ntime_format" not in draft
    for way in ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"):
        kept = draft.replace(f'# time_format = "{way}"', f'time_format = "{way}"')
        mapping = file_of(tmp_path, kept.replace("# zone =", "zone ="), "m.toml")
        connection = connect("200MB", 1)
        file = file_of(tmp_path, UNKNOWN)
        assert open_posts(connection, [file], str(mapping)).rows == 2
        months = connection.execute(
            "SELECT DISTINCT month(make_timestamp(time * 1000000)) FROM post"
        ).fetchall()
        assert months == [(8 if way.startswith("%d") else 6,)]


def test_one_day_behind_the_twelfth_tells_day_from_month(tmp_path: Path) -> None:
    rows = "".join(f"@ben,06/08/2015 18:{n},who won it do you think\n" for n in range(10, 50))
    with pytest.raises(BadInputError) as refusal:
        choose(
            file_of(tmp_path, UNKNOWN + rows + "@cem,13/08/2015 18:57,nobody did as far as I see\n")
        )
    assert 'time_format = "%d/%m/%Y %H:%M"' in refusal.value.draft
    assert "cannot tell" not in refusal.value.draft


def test_times_without_a_zone_are_told_in_the_guess(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as refusal:
        choose(file_of(tmp_path, UNKNOWN))
    assert "These times state no zone" in refusal.value.draft


@pytest.mark.parametrize(
    ("columns", "row", "why"),
    [
        ("Handle,posted,id", "ann,2024-01-01T00:00:00Z,1", "by its name"),
        ("From,When,id", "ann,2024-01-01T00:00:00Z,1", "by the word"),
        ("Poster name,Sent on,id", "ann,1700000000,1", "by the word"),
        ("Spalte A,Spalte B,id", "@ann,31.12.2024 10:00,1", "by its values"),
        ("الحساب,الوقت,id", "@ann,2024-12-31 10:00,1", "by its name"),
    ],
)
def test_columns_of_unknown_names_are_guessed_by_words_and_values(
    tmp_path: Path, columns: str, row: str, why: str
) -> None:
    account, time, _ = columns.split(",")
    with pytest.raises(BadInputError) as refusal:
        choose(file_of(tmp_path, f"{columns}\n{row}\n"))
    lines = refusal.value.draft.splitlines()
    assert any(line.startswith(f'account_id = "{account}"  # by ') for line in lines)
    assert any(line.startswith(f'time = "{time}"  # {why}') for line in lines)


def test_a_column_that_is_no_time_is_not_taken_for_one() -> None:
    rows = [{"id": "1", "user": "a", "posted from": "Paris", "at": "2024-05-01T10:00:00Z"}]
    assert guess_mapping(["id", "user", "posted from", "at"], rows).fields["time"].columns == (
        "at",
    )


def test_posts_without_an_id_get_one_of_account_time_and_text(tmp_path: Path) -> None:
    with pytest.raises(BadInputError) as refusal:
        choose(file_of(tmp_path, UNKNOWN))
    assert 'shape = "digest"' in refusal.value.draft
    assert "no column numbers the posts" in refusal.value.draft


def test_json_lines_of_an_unknown_tool_are_guessed_by_their_paths(tmp_path: Path) -> None:
    record = {"id": "1", "author": "ann", "published": "2024-01-01T00:00:00Z", "body": "x"}
    with pytest.raises(BadInputError) as refusal:
        choose(file_of(tmp_path, json.dumps(record) + "\n", "p.jsonl"))
    assert 'time = "published"' in refusal.value.hint


def test_a_mapping_survives_being_written_and_read() -> None:
    content = {
        "name": 'odd "name"',
        "zone": "Europe/Berlin",
        "fields": {
            "post_id": {"columns": ["a", "b"], "shape": "glue", "separator": "/"},
            "account_id": "who",
            "time": "when",
            "hashtags": {"columns": ["tags"], "separator": ";"},
            "urls": {"columns": "text", "shape": "find", "pattern": "(https?://\\S+)"},
        },
    }
    mapping = mapping_from(content, "m.toml")
    import tomllib

    again = mapping_from(tomllib.loads(write_mapping(mapping)), "m.toml")
    assert again == mapping


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ('zon = "UTC"\n[fields]\n', "'zone'"),
        ('zone = "Europe/Tbilisi"\n[fields]\n', "'Asia/Tbilisi'"),
        ('[fields]\nacount_id = "x"\n', "'account_id'"),
        ('[fields]\ntext = { column = "x" }\n', "'columns'"),
    ],
)
def test_an_unknown_key_names_the_nearest(tmp_path: Path, content: str, hint: str) -> None:
    with pytest.raises(BadInputError, match=r"unknown (key|zone)") as refusal:
        read_mapping(file_of(tmp_path, content, "m.toml"))
    assert hint in refusal.value.hint


def test_a_mapping_file_that_is_absent_or_broken_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        mapping_for([], str(tmp_path / "absent.toml"))
    with pytest.raises(BadInputError):
        read_mapping(file_of(tmp_path, "not toml", "m.toml"))
    with pytest.raises(BadInputError):
        read_mapping(file_of(tmp_path, 'clock_resolution_s = 7\n[fields]\ntime = "t"\n', "m.toml"))
    with pytest.raises(UsageError):
        mapping_for([], "no-such-preset")


def test_shorteners_come_from_a_table(tmp_path: Path) -> None:
    table = file_of(
        tmp_path, "short,long\nhttps://s.example/1,https://e.example/x?fbclid=1\n", "s.csv"
    )
    posts = file_of(
        tmp_path,
        "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n"
        "1,1,a,,,m,1700000000,https://s.example/1\n",
    )
    connection = connect("200MB", 1)
    open_posts(connection, [posts], shorteners=table)
    assert connection.execute("SELECT urls FROM post").fetchall() == [(["https://e.example/x"],)]
    with pytest.raises(BadInputError, match="cell is missing"):
        read_shorteners(file_of(tmp_path, "short,long\nhttps://s.example/1,\n", "bad.csv"))


def test_the_invented_world_is_read_without_a_mapping(tmp_path: Path) -> None:
    from legation.sources.invented import write_world

    file = tmp_path / "world.jsonl"
    truth = write_world(file)
    intake = open_posts(connect("500MB", 2), [file])
    assert (intake.mapping.name, intake.rows, intake.rejected) == ("legation", truth.posts, 0)


def drafted(folder: Path, content: str) -> str:
    with pytest.raises(BadInputError) as refusal:
        choose(file_of(folder, content))
    return refusal.value.draft


def read_by(folder: Path, content: str, draft: str) -> tuple[int, list[tuple[str, str]]]:
    """Return how many posts a draft reads, and why others are refused."""
    connection = connect("200MB", 1)
    mapping = file_of(folder, draft, "draft.toml")
    intake = open_posts(connection, [file_of(folder, content)], str(mapping))
    refused = connection.execute("SELECT reason, col FROM rejected ORDER BY line").fetchall()
    return intake.rows, [(str(reason), str(column)) for reason, column in refused]


def test_a_text_posted_on_two_platforms_at_once_is_two_posts(tmp_path: Path) -> None:
    rows = [
        f"{network},author{n},2024-05-01T10:00:00Z,the same words on both of the networks"
        for n in range(9)
        for network in ("Twitter", "VKontakte")
    ]
    content = "\n".join(["Network,Author,Posted,Message", *rows]) + "\n"
    assert read_by(tmp_path, content, drafted(tmp_path, content)) == (18, [])


@pytest.mark.parametrize(
    "header",
    [
        "Date;Auteur;Texte;Réseau;J’aime;Langue",  # noqa: RUF001 # as French tools write it
        "When posted;Who;Body of msg;Network;Likes;Language",
        "Fecha;Usuario;Mensaje;Red social;Me gusta;Idioma",
        "Datum;Verfasser;Inhalt;Netzwerk;Gefällt mir;Sprache",
        "Data;Autore;Testo;Rete;Mi piace;Lingua",
        "Data;Autor;Conteúdo;Rede;Curtidas;Idioma",
        "Дата;Автор;Текст;Платформа;Лайки;Язык",
        "Час;Користувач;Допис;Мережа;Вподобання;Мова",
        "التاريخ;الكاتب;النص;المنصة;الإعجابات;اللغة",
        "发布时间;作者;内容;平台;点赞;语言",
        "TARİH;YAZAR;METİN;AĞ;BEĞENİ;DİL",
        "Czas;Użytkownik;Treść;Sieć;Polubienia;Język",
    ],
)
def test_the_usual_names_of_columns_are_known_in_many_languages(
    tmp_path: Path, header: str
) -> None:
    content = f"{header}\n2024-05-01T10:00:00Z;ann;short words;Twitter;12;fr\n"
    draft = drafted(tmp_path, content)
    time, account, text, platform, likes, lang = header.split(";")
    for ours, theirs in (
        ("time", time),
        ("account_id", account),
        ("text", text),
        ("platform", platform),
        ("lang", lang),
    ):
        assert f'\n{ours} = "{theirs}"  # by ' in draft
    assert f'"{likes}"' not in draft
    assert read_by(tmp_path, content, draft) == (1, [])


def test_columns_of_names_that_nobody_knows_are_guessed_by_what_comes_again(
    tmp_path: Path,
) -> None:
    rows = "".join(
        f"2024-05-01T10:0{n}:00Z,{name},a few words about the vote,{mood},https://e.example/{n}\n"
        for n, (name, mood) in enumerate(
            [("Ann", "good"), ("Ben", "bad"), ("Cem", "bad"), ("Ann", "good"), ("Ben", "good")]
        )
    )
    draft = drafted(tmp_path, f"k1,k2,k3,k4,k5\n{rows}")
    assert 'account_id = "k2"  # by its values; or: "k4"' in draft
    assert 'time = "k1"  # by its values' in draft
    assert 'text = "k3"  # by its values' in draft
    assert 'post_id = "k5"  # by its values' in draft


def test_what_no_column_looks_like_is_asked_for_in_the_draft(tmp_path: Path) -> None:
    content = "Date,k1,Text\n2024-05-01T10:00:00Z,7,a few words about the vote\n"
    with pytest.raises(BadInputError, match="no column looks like post_id, account_id") as refusal:
        choose(file_of(tmp_path, content))
    draft = refusal.value.draft
    assert 'time = "Date"' in draft
    assert '# account_id = "…"  # which column says who posted?' in draft
    made = '# post_id = { columns = ["AUTHOR", "Date", "Text"], shape = "digest", separator = " " }'
    assert made in draft
    filled_in = draft.replace('# account_id = "…"', 'account_id = "k1"')
    filled_in = filled_in.replace(made, made[2:].replace("AUTHOR", "k1"))
    assert read_by(tmp_path, content, filled_in) == (1, [])


def test_further_names_of_the_author_are_masked_by_a_guess_too(tmp_path: Path) -> None:
    content = (
        "user_id,user_name,Display name,k9,tweet_id,date,followers,text\n"
        "71,qorblax,Qor B,@qor,1,2024-05-01T10:00:00Z,5,qorblax said a few words of the vote\n"
        "72,zimmet,Zim M,@zim,2,2024-05-01T11:00:00Z,5,others said some words about it\n"
        "71,qorblax,Qor B,@qor,3,2024-05-01T12:00:00Z,6,and more words of the same kind\n"
    )
    draft = drafted(tmp_path, content)
    assert 'handles = ["user_name", "Display name", "k9"]  # names of the author too' in draft
    assert read_by(tmp_path, content, draft) == (3, [])


def test_other_columns_of_times_are_named_beside_the_one_that_is_taken(tmp_path: Path) -> None:
    content = "id,user,date,time,text\n1,ann,2024-05-01,10:00,a few words about the vote\n"
    assert 'time = "date"  # by its name; or: "time"' in drafted(tmp_path, content)


def test_a_column_named_as_texts_are_is_taken_with_a_remark_when_its_rows_are_short(
    tmp_path: Path,
) -> None:
    rows = "".join(f"{n},ann,2024-05-01T10:0{n}:00Z,yes {n}\n" for n in range(6))
    draft = drafted(tmp_path, f"id,author,posted,Short message text\n{rows}")
    assert 'text = "Short message text"  # by the word "text" in its name, but its' in draft


def test_a_row_without_author_or_time_is_refused_for_that_where_the_id_is_made(
    tmp_path: Path,
) -> None:
    content = (
        "Auteur,Heure,Texte\nann,2024-05-01T10:00:00Z,some words of a text\n"
        ",2024-05-01T10:00:00Z,others\nben,,others\nben,2024-05-01T10:00:00Z,\n"
    )
    draft = drafted(tmp_path, content)
    assert read_by(tmp_path, content, draft) == (
        2,
        [("no account", "Auteur"), ("no time", "Heure")],
    )


def test_a_name_does_not_win_where_its_values_are_of_another_kind() -> None:
    columns = ["id", "user", "data", "k1", "post", "k2"]
    row = ["1", "ann", "some of it", "2024-05-01T10:00:00Z", "17", "a few words about the vote"]
    fields = guess_mapping(columns, [dict(zip(columns, row, strict=True))]).fields
    assert (fields["time"].columns, fields["text"].columns) == (("k1",), ("k2",))
