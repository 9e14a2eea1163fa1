"""`legation statement register page`: the page for everybody, written anew by command."""

from pathlib import Path

from worlds.shell import legation


def test_the_page_is_written_into_the_public_folder(tmp_path: Path) -> None:
    house, words = tmp_path / "house", tmp_path / "words"
    words.write_text("correct horse battery staple\n")
    begun = legation(
        "statement", "register", "init", house, "--passphrase-file", words,
        "--origin", "statements.aldania.example/log", "--issuer", "Ministry of Aldania",
    )  # fmt: skip
    assert begun.code == 0, begun.err
    told = legation("statement", "register", "page", house)
    assert told.code == 0, told.err
    page = (house / "public" / "index.html").read_text("utf-8")
    assert told.out.strip() == str(house / "public" / "index.html")
    assert "No statement is public yet." in page
    assert "<script" not in page
