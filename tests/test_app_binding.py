"""The desk is reached by others over TLS or not at all."""

from pathlib import Path
from typing import Any

import pytest

from legation.app.binding import Binding, read_binding
from legation.errors import BadInputError, DeniedError, UsageError
from worlds.certificates import make_certificate

HERE: dict[str, Any] = {"host": "127.0.0.1", "port": 8321, "name": ""}


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for desk.example and its key, made for the test."""
    return make_certificate(tmp_path_factory.mktemp("tls"), "desk.example")


def test_on_this_machine_the_desk_is_localhost_without_tls() -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        binding = read_binding(**(HERE | {"host": host}))
        assert not binding.secure
        assert binding.origin(8321) == "http://localhost:8321"
    assert Binding().origin(80) == "http://localhost"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "desk.example"])  # noqa: S104 - refused
def test_others_do_not_reach_it_without_tls(host: str) -> None:
    with pytest.raises(DeniedError) as refused:
        read_binding(**(HERE | {"host": host, "name": "desk.example"}))
    assert "--tls-cert" in refused.value.hint
    assert "--behind-proxy" in refused.value.hint


def test_with_a_certificate_or_a_proxy_it_has_its_own_name(certified: tuple[Path, Path]) -> None:
    cert, key = certified
    wide = HERE | {"host": "192.0.2.7", "name": "Desk.example"}
    own = read_binding(**wide, tls_cert=cert, tls_key=key)
    proxied = read_binding(**wide, behind_proxy=True)
    assert own.secure
    assert proxied.secure
    assert own.origin(8321) == "https://desk.example:8321"
    assert own.origin(443) == proxied.origin(8321) == "https://desk.example"
    other = read_binding(**(wide | {"name": "desk.example:8443"}), behind_proxy=True)
    assert other.origin(8321) == "https://desk.example:8443"


@pytest.mark.parametrize("name", ["", "192.0.2.7", "a b", "desk..example", "desk.example:x", "-/"])
def test_a_name_that_no_passkey_can_belong_to_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_binding(**(HERE | {"name": name}), behind_proxy=True)
    assert "--name" in refused.value.hint


def test_a_certificate_needs_its_own_key(certified: tuple[Path, Path], tmp_path: Path) -> None:
    cert, key = certified
    named = HERE | {"name": "desk.example"}
    with pytest.raises(UsageError):
        read_binding(**named, tls_cert=cert)
    with pytest.raises(UsageError):
        read_binding(**named, tls_cert=cert, tls_key=key, behind_proxy=True)
    (tmp_path / "other.pem").write_text("nothing", "utf-8")
    with pytest.raises(BadInputError):
        read_binding(**named, tls_cert=cert, tls_key=tmp_path / "other.pem")
