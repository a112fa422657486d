"""A real SMTP server on the test's own loop, with answers that a test may choose."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.plugins.conftest import Certificate

USER, PASSWORD = "watchroom@example.com", "pass-word-7716"


class MailServer:
    """Takes mail. `replies` puts answers in place of the usual ones, by recipient, or for `DATA`."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.logins: list[tuple[str, str]] = []
        self.replies: dict[str, str] = {}

    def texts(self) -> str:
        """Subjects and plain texts of all that came."""
        parts = []
        for mail in self.mails:
            body = mail.get_body(("plain",))
            assert body is not None
            parts += [mail["Subject"], body.get_content()]
        return "\n".join(parts)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        reply = self.replies.get("DATA", "250 taken")
        if reply.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            mail = message_from_bytes(content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.recipients.append(list(envelope.rcpt_tos))
        return reply

    def login(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.logins.append((data.login.decode(), data.password.decode()))
        good = self.logins[-1] == (USER, PASSWORD)
        return AuthResult(success=good, handled=good)


MakeServer = Callable[..., Any]


@pytest.fixture
async def mail_server(certificate: Certificate) -> AsyncIterator[MakeServer]:
    """`await mail_server(security="starttls", login=True)` starts a `MailServer`."""
    async with AsyncExitStack() as stack:

        async def make(*, security: str = "none", login: bool = False) -> MailServer:
            taken = MailServer()
            context = certificate.server_side() if security == "starttls" else None

            def protocol() -> SMTP:
                return SMTP(
                    taken,
                    hostname="mail.test",
                    tls_context=context,
                    authenticator=taken.login if login else None,
                    auth_required=login,
                    auth_require_tls=security == "starttls",
                )

            listener = await asyncio.get_running_loop().create_server(
                protocol, "127.0.0.1", 0, ssl=certificate.server_side() if security == "tls" else None
            )
            stack.push_async_callback(listener.wait_closed)
            stack.callback(listener.close)
            taken.port = listener.sockets[0].getsockname()[1]
            return taken

        yield make
