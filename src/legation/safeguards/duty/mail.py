"""By mail: SMTP, never without TLS, to the one server that the settings name.

The machine's own name stays out of the greeting, and a person's name out of the address
lines. The message's id follows from the draft, so that what is sent twice can be told as one.
"""

import re
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from legation.errors import LegationError, UsageError
from legation.safeguards.duty.outcome import DEADLINE_S, Outcome, within
from legation.safeguards.duty.wording import SUBJECT, Letter

if TYPE_CHECKING:
    from legation.settings import Settings

_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}", re.ASCII
)
_TIMEOUT_S: Final = 10.0
_LATER: Final = range(400, 500)


def missing(settings: "Settings") -> str:
    """Say what mail lacks to be sent; empty when nothing."""
    return "" if settings.mail_server and settings.mail_from else "mail is not set up"


def read_address(text: str) -> str:
    """Return an address of mail.

    Raises:
        UsageError: It is none.
    """
    text = text.strip()
    if not _ADDRESS.fullmatch(text):
        raise UsageError(f"{text!r:.80} is no address of mail", hint="write it as name@host")
    return text


def send(
    settings: "Settings",
    letter: Letter,
    draft_id: str,
    now: datetime,
    *,
    limit_s: float = DEADLINE_S,
) -> Outcome:
    """Send one message."""
    from legation.safeguards.duty.secret import read_secret

    content = _message(settings, letter, draft_id, now).as_bytes(policy=SMTP)
    try:
        context = ssl.create_default_context(cafile=settings.mail_ca or None)
        password = settings.mail_password_file and read_secret(settings.mail_password_file)
    except (OSError, LegationError) as fault:
        return Outcome(state="refused", words=f"mail is not set up well: {fault}")
    line = _line(settings, context)
    try:
        with within(limit_s, lambda: line.sock):
            _greet(line, settings, context, password)
            return _envelope(line, settings, letter) or _given(line, content)
    except (OSError, smtplib.SMTPException, ValueError) as fault:
        return Outcome(state="unreached", words=f"the mail server: {_said(fault)}")
    finally:
        line.close()


def _line(settings: "Settings", context: ssl.SSLContext) -> smtplib.SMTP:
    own = settings.mail_from.rpartition("@")[2]
    if settings.mail_security == "tls":
        return smtplib.SMTP_SSL(local_hostname=own, timeout=_TIMEOUT_S, context=context)
    return smtplib.SMTP(local_hostname=own, timeout=_TIMEOUT_S)


def _greet(
    line: smtplib.SMTP, settings: "Settings", context: ssl.SSLContext, password: str
) -> None:
    host, _, port = settings.mail_server.rpartition(":")
    # The name that the certificate is held against; only the constructor sets it, which connects.
    line._host = host.strip("[]")  # type: ignore[attr-defined]  # noqa: SLF001
    code, said = line.connect(host.strip("[]"), int(port))
    if code != 220:  # noqa: PLR2004 - the code of the standard
        raise smtplib.SMTPConnectError(code, said)
    if settings.mail_security == "starttls":
        line.starttls(context=context)
    line.ehlo_or_helo_if_needed()
    if settings.mail_user:
        line.login(settings.mail_user, password)


def _envelope(line: smtplib.SMTP, settings: "Settings", letter: Letter) -> Outcome | None:
    """Name the two ends; return how it was refused, if it was."""
    for code, _ in (line.mail(settings.mail_from), line.rcpt(letter.address)):
        if code not in (250, 251):
            return _refused(code)
    code, _ = line.docmd("DATA")
    return None if code == 354 else _refused(code)  # noqa: PLR2004 - the code of the standard


def _given(line: smtplib.SMTP, content: bytes) -> Outcome:
    """Hand over the message: from here on it may be there even when the line breaks."""
    quoted = re.sub(rb"(?m)^\.", b"..", content)
    try:
        line.send(quoted + (b"" if quoted.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        code, _ = line.getreply()
    except (OSError, smtplib.SMTPException) as broken:
        return Outcome(state="unsure", words=f"the line broke at the end: {_said(broken)}")
    if code != 250:  # noqa: PLR2004 - the code of the standard
        return _refused(code)
    return Outcome(state="taken", words=f"the mail server took it ({code})")


def _refused(code: int) -> Outcome:
    words = f"the mail server answered {code}"
    return Outcome(state="unreached" if code in _LATER else "refused", words=words)


def _said(fault: Exception) -> str:
    code = getattr(fault, "smtp_code", None)
    return f"{type(fault).__name__}{f' {code}' if code else ''}"


def _message(settings: "Settings", letter: Letter, draft_id: str, now: datetime) -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"] = settings.mail_from
    made["To"] = letter.address
    made["Subject"] = SUBJECT if letter.urgency not in ("", "test") else "legation"
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{draft_id[:32]}@{settings.mail_from.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    if letter.urgency == "urgent":
        made["Importance"] = "high"
    made.set_content(f"{letter.text}\n", cte="7bit")
    return made
