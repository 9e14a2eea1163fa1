import base64
import hmac
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legation.errors import RecordError, UsageError
from legation.rights.pseudonyms import PSEUDONYM, Pseudonymiser, normalised

KEY = bytes(range(32))
names = Pseudonymiser(KEY)
handles = st.text(min_size=1).filter(lambda text: bool(normalised(text)))


@given(handles)
def test_a_pseudonym_is_acct_and_26_letters(handle: str) -> None:
    assert PSEUDONYM.fullmatch(names.of(handle))


@given(handles)
def test_the_same_account_gets_the_same_pseudonym_from_the_same_key(handle: str) -> None:
    assert names.of(handle, "x") == Pseudonymiser(KEY).of(handle, "x")


def test_a_pseudonym_is_rfc_4648_base_32_of_hmac_sha256_over_platform_and_handle() -> None:
    message = b"legation pseudonym 1\x00" + b"\x00\x00\x00\x01x" + b"some_name"
    digest = hmac.digest(KEY, message, "sha256")
    letters = base64.b32encode(digest[:20]).decode().lower()[:26]
    assert names.of("@Some_Name", "X") == f"acct-{letters}"


@pytest.mark.parametrize(
    "spelling",
    [
        "some_name",
        "@some_name",
        " @SOME_name ",
        "\uff20\uff53\uff4f\uff4d\uff45\uff3f\uff4e\uff41\uff4d\uff45",
        "some\u200b_name",
        "@@Some_Name",
    ],
)
def test_every_spelling_of_a_handle_has_one_pseudonym(spelling: str) -> None:
    assert names.of(spelling) == names.of("some_name")


@given(st.text())
def test_a_normalised_handle_stays_as_it_is(handle: str) -> None:
    assert normalised(normalised(handle)) == normalised(handle)


@given(st.lists(handles.map(normalised), min_size=2, max_size=2, unique=True))
def test_two_accounts_have_two_pseudonyms(pair: list[str]) -> None:
    assert names.of(pair[0]) != names.of(pair[1])


def test_accents_tell_accounts_apart() -> None:
    assert names.of("müller") != names.of("muller")


@pytest.mark.parametrize(("here", "there"), [(("b", "a"), ("ab", "")), (("b", "x"), ("b", "y"))])
def test_a_name_elsewhere_is_another_account(here: tuple[str, str], there: tuple[str, str]) -> None:
    assert names.of(*here) != names.of(*there)


def test_another_key_gives_another_pseudonym() -> None:
    assert names.of("bob") != Pseudonymiser(bytes(32)).of("bob")


@pytest.mark.parametrize("nobody", ["", "@", " ", "\u200b", "\uff20"])
def test_a_record_without_a_name_is_rejected(nobody: str) -> None:
    with pytest.raises(RecordError, match="no name"):
        names.of(nobody)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(UsageError):
        Pseudonymiser(b"short")


def test_the_key_shows_in_no_representation() -> None:
    assert "\\x01" not in repr(names)
    assert not hasattr(names, "__dict__")


def test_more_accounts_than_are_remembered_keep_their_pseudonyms() -> None:
    few = Pseudonymiser(KEY)
    first = few.of("first", "x")
    for number in range(140_000):
        few.of(str(number), "x")
    assert few.of("first", "x") == first


def test_a_hundred_thousand_names_take_no_longer_than_their_bare_hashes_times_eight() -> None:
    handles = [f"user{number}" for number in range(100_000)]
    began = time.process_time()
    for handle in handles:
        hmac.digest(KEY, handle.encode(), "sha256")
    bare = time.process_time() - began
    fresh = Pseudonymiser(KEY)
    began = time.process_time()
    for handle in handles:
        fresh.of(handle, "x")
    assert time.process_time() - began < 8 * bare


def test_a_did_is_one_account_on_every_platform() -> None:
    did = "did:plc:z72i7hdynmk6r22z27h6tvur"
    assert names.of(did, "mastodon") == names.of(did.upper(), "") == names.of(did, "bluesky")
    assert names.of("did", "mastodon") != names.of("did", "bluesky")
