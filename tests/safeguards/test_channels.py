"""Each channel sends what it is given and nothing else, to whom it may, and says how it ended."""

import hmac
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from legation.errors import UsageError
from legation.safeguards.duty import outcome
from legation.safeguards.duty.channels import as_written, missing, read_channel, send
from legation.safeguards.duty.wording import Kind, Letter, call_letter
from legation.settings import Settings
from worlds.partners import (
    KEY,
    MailServer,
    Webhook,
    authority,
    gateway,
    mail_server,
    secret_file,
    webhook,
)

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
DRAFT = "ab" * 32


def letter(kind: Kind, address: str) -> Letter:
    return call_letter(
        Settings(desk_name="desk.example"), kind, address, ref="AB23CD45", urgency="urgent"
    )


@pytest.fixture
def post(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path) as server:
        yield server


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[Webhook]:
    with webhook(tmp_path) as server:
        yield server


def _holds(path: Path, word: bytes) -> bool:
    try:
        return word in path.read_bytes()
    except OSError:
        return False


def by_mail(folder: Path, port: int, **more: str) -> Settings:
    given = {
        "mail_server": f"localhost:{port}",
        "mail_from": "desk@aldria.example",
        "mail_ca": str(authority(folder)),
    }
    return Settings(**(given | more))  # type: ignore[arg-type]  # as the names say


def by_hook(folder: Path, hook: Webhook, *hosts: str) -> Settings:
    return Settings(
        webhook_hosts=hosts or (hook.host,),
        webhook_key_file=str(secret_file(folder)),
        webhook_ca=str(authority(folder)),
    )


# Mail


def test_mail_is_sent_under_tls_with_a_reference_and_a_link(
    tmp_path: Path, post: MailServer
) -> None:
    said = send(by_mail(tmp_path, post.port), letter("mail", "omar@aldria.example"), DRAFT, NOW)
    assert said.state == "taken", said
    ((sender, receivers, content),) = post.letters
    assert (sender, receivers) == ("desk@aldria.example", ["omar@aldria.example"])
    assert b"ref AB23CD45, urgent, https://desk.example/duty/AB23CD45" in content
    assert b"Message-ID: <" + DRAFT[:32].encode() in content
    assert b"STARTTLS" in post.heard.upper()


def test_without_tls_nothing_is_sent(tmp_path: Path) -> None:
    with mail_server(tmp_path, tls=False) as bare:
        said = send(by_mail(tmp_path, bare.port), letter("mail", "a@b.example"), DRAFT, NOW)
        assert said.state == "unreached"
        assert b"b.example" not in bare.heard
        assert bare.letters == []


def test_a_mail_server_that_nobody_vouches_for_is_told_nothing(
    tmp_path: Path, post: MailServer
) -> None:
    said = send(by_mail(tmp_path, post.port, mail_ca=""), letter("mail", "a@b.example"), DRAFT, NOW)
    assert said.state == "unreached"
    assert b"b.example" not in post.heard


@pytest.mark.parametrize(("answer", "state"), [("451 later", "unreached"), ("554 no", "refused")])
def test_what_a_mail_server_says_decides_whether_to_try_again(
    tmp_path: Path, post: MailServer, answer: str, state: str
) -> None:
    post.answer = answer
    said = send(by_mail(tmp_path, post.port), letter("mail", "a@b.example"), DRAFT, NOW)
    assert (said.state, said.words) == (state, f"the mail server answered {answer[:3]}")


def test_a_mail_server_that_is_not_there_is_tried_again(tmp_path: Path, post: MailServer) -> None:
    said = send(by_mail(tmp_path, 9), letter("mail", "a@b.example"), DRAFT, NOW)
    assert said.state == "unreached"
    del post


def test_a_mail_server_that_does_not_end_is_left(tmp_path: Path, post: MailServer) -> None:
    post.wait_s = 60
    settings, to = by_mail(tmp_path, post.port), letter("mail", "a@b.example")
    said = send(settings, to, DRAFT, NOW, limit_s=0.5)
    assert said.state == "unsure"


# Webhooks


def test_a_webhook_is_posted_signed_and_with_a_key_against_doubles(
    tmp_path: Path, hook: Webhook
) -> None:
    said = send(
        by_hook(tmp_path, hook), letter("webhook", f"https://{hook.host}/in?a=1"), DRAFT, NOW
    )
    assert said.state == "taken", said
    ((headers, body),) = hook.bodies
    assert b'"ref":"AB23CD45"' in body
    moment, digest = headers["Legation-Signature"].removeprefix("t=").split(",v1=")
    proof = hmac.new(KEY.encode(), f"{moment}.".encode() + body, "sha256").hexdigest()
    assert hmac.compare_digest(digest, proof)
    assert headers["Idempotency-Key"] == DRAFT[:32]
    assert hook.heard.startswith(b"POST /in?a=1 HTTP/1.1\r\n")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_webhook_that_leads_elsewhere_is_not_followed(
    tmp_path: Path, hook: Webhook, status: int
) -> None:
    hook.status = [status]
    said = send(by_hook(tmp_path, hook), letter("webhook", f"https://{hook.host}/"), DRAFT, NOW)
    assert said.state == "refused"
    assert len(hook.bodies) == 1
    assert b"GET " not in hook.heard


@pytest.mark.parametrize(
    ("status", "state"),
    [(500, "unreached"), (503, "unreached"), (429, "unreached"), (404, "refused"), (200, "taken")],
)
def test_what_a_webhook_answers_decides_whether_to_try_again(
    tmp_path: Path, hook: Webhook, status: int, state: str
) -> None:
    hook.status = [status]
    said = send(by_hook(tmp_path, hook), letter("webhook", f"https://{hook.host}/"), DRAFT, NOW)
    assert said.state == state


def test_a_webhook_that_hangs_up_may_have_it_all_the_same(tmp_path: Path, hook: Webhook) -> None:
    hook.drops = True
    said = send(by_hook(tmp_path, hook), letter("webhook", f"https://{hook.host}/"), DRAFT, NOW)
    assert said.state == "unsure"
    assert len(hook.bodies) == 1


def test_a_host_that_the_settings_do_not_name_is_not_asked(tmp_path: Path, hook: Webhook) -> None:
    settings = by_hook(tmp_path, hook, "hooks.aldria.example")
    said = send(settings, letter("webhook", f"https://{hook.host}/"), DRAFT, NOW)
    assert said.state == "refused"
    assert hook.heard == b""


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example/",
        "https://user:word@hooks.example/",
        "https://hooks.example@10.0.0.1/",
        "https://hooks.example.evil.example/",
        "https://hooks.example:8443/",
        "https://10.0.0.1/",
        "https://hooks.example/a b",
        "https://hooks.example/\r\nHost: x",
        "file:///etc/passwd",
        "https:///x",
    ],
)
def test_an_address_elsewhere_is_no_webhook(address: str) -> None:
    with pytest.raises(UsageError):
        read_channel(address, Settings(webhook_hosts=("hooks.example",)))


def test_a_key_that_others_may_read_is_refused(tmp_path: Path, hook: Webhook) -> None:
    settings = by_hook(tmp_path, hook)
    Path(settings.webhook_key_file).chmod(0o644)
    said = send(settings, letter("webhook", f"https://{hook.host}/"), DRAFT, NOW)
    assert said.state == "refused"
    assert hook.heard == b""


# The gateway


def test_a_gateway_gets_the_number_the_text_and_no_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKED_SECRET", "of this process")
    settings = Settings(sms_command=(str(gateway(tmp_path)), "--to", "{to}", "$(id)"))
    said = send(settings, letter("sms", "+33123456789"), DRAFT, NOW)
    assert said.state == "taken"
    heard = (tmp_path / "heard").read_text()
    assert heard.startswith("--to\n+33123456789\n$(id)\n")
    assert heard.endswith("https://desk.example/duty/AB23CD45\n")
    assert "MARKED_SECRET" not in heard


def test_a_gateway_that_fails_is_tried_again_and_one_that_is_not_there_is_not(
    tmp_path: Path,
) -> None:
    failing = Settings(sms_command=(str(gateway(tmp_path, code=3)), "{to}"))
    assert send(failing, letter("sms", "+33123456789"), DRAFT, NOW).state == "unreached"
    absent = Settings(sms_command=(str(tmp_path / "absent"), "{to}"))
    assert send(absent, letter("sms", "+33123456789"), DRAFT, NOW).state == "refused"


def test_a_gateway_that_hangs_is_ended_with_what_it_started(tmp_path: Path) -> None:
    mark = f"3600.{uuid.uuid4().int}"
    settings = Settings(sms_command=(str(gateway(tmp_path, sleep=mark)), "{to}"))
    said = send(settings, letter("sms", "+33123456789"), DRAFT, NOW, limit_s=0.5)
    assert said.state == "unsure"
    for _ in range(600):  # the kernel ends it in its own time
        if not any(_holds(path, mark.encode()) for path in Path("/proc").glob("[0-9]*/cmdline")):
            return
        time.sleep(0.05)
    raise AssertionError("what the gateway started goes on")


@pytest.mark.parametrize("argv", [("gateway", "{to}"), ("/bin/true",), ("{to}",)])
def test_a_gateway_needs_a_whole_path_and_a_place_for_the_number(argv: tuple[str, ...]) -> None:
    assert missing("sms", Settings(sms_command=argv))
    said = send(Settings(sms_command=argv), letter("sms", "+33123456789"), DRAFT, NOW)
    assert said.state == "refused"


def test_a_webhook_that_drips_is_cut(tmp_path: Path, hook: Webhook) -> None:
    hook.wait_s = 60
    settings, to = by_hook(tmp_path, hook), letter("webhook", f"https://{hook.host}/")
    assert send(settings, to, DRAFT, NOW, limit_s=0.5).state == "unsure"


# What a person writes


@pytest.mark.parametrize("written", ["mail:omar@aldria.example", "sms:+33123456789"])
def test_a_channel_is_shown_as_it_was_written(written: str) -> None:
    assert as_written(*read_channel(written, Settings())) == written


def test_a_number_is_kept_without_its_ornaments() -> None:
    assert read_channel("sms: +33 (1) 23.45-67/89", Settings()) == ("sms", "+33123456789")


@pytest.mark.parametrize(
    "written",
    [
        "omar",
        "mail:",
        "mail:omar",
        "mail:a@b\r\nBcc: c@d",
        "mail:a@b,c@d",
        "mail:<a@b>",
        "sms:--help",
        "sms:12",
        "sms:٠١٢٣٤٥",
        "fax:1234",
    ],
)
def test_what_is_no_channel_is_refused(written: str) -> None:
    with pytest.raises(UsageError):
        read_channel(written, Settings())


@pytest.mark.parametrize("kind", ["mail", "webhook", "sms"])
def test_a_channel_that_is_not_set_up_says_so(kind: Kind) -> None:
    assert missing(kind, Settings())
    assert send(Settings(), letter(kind, "x"), DRAFT, NOW).state == "refused"


def test_a_try_takes_no_longer_than_the_lease_holds() -> None:
    from legation.app import waking

    assert waking._HOLDS.total_seconds() > 2 * outcome.DEADLINE_S
