"""Sends the e-mails: one connection a message, one try, every answer of the server understood."""

import asyncio
import re
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib

from hub.api import DeliveryFailed, Language, Message, PluginContext, SiteError, redact
from hub_mail.compose import compose
from hub_mail.options import MailOptions, MailTarget

_MOST_PICTURES = 2
_LARGEST_PICTURE = 2_000_000
"""Bytes. Two of them, in base64, stay below the 10 MB that mail servers commonly accept."""
_MOST_FILES = 4
_LARGEST_FILES = 6_000_000
"""Bytes of all documents together; in base64 a third more."""
_MOST_REMEMBERED = 100
_LONGEST_GOODBYE_S = 1.0


class Mail:
    """A notifier that speaks to one SMTP server.

    `patience_s` bounds a whole delivery; the hub would cancel it after 30 s without knowing why it hung.
    """

    def __init__(self, options: MailOptions, context: PluginContext, *, patience_s: float = 20.0) -> None:
        self._options = options
        self._context = context
        self._patience_s = patience_s
        self._partly: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}
        """Who has a message that some others must still get, so that a further try gives nobody two."""

    async def send(self, message: Message, target: MailTarget) -> str:
        key = (message.id, tuple(target.to))
        to = [address for address in target.to if address not in self._partly.get(key, ())]
        mail, password, trust = await asyncio.to_thread(self._prepare, message, target.to)
        try:
            refused, answer = await self._hand_over(mail, to, password, trust)
        except (TimeoutError, OSError, aiosmtplib.SMTPException) as error:
            raise _failure(error, self._options) from error
        self._partly.pop(key, None)
        later = {address: reply for address, reply in refused.items() if reply.code < 500}
        if later:
            self._remember(key, frozenset(target.to) - frozenset(later))
            raise DeliveryFailed(f"The mail server puts off {_replies(later)}.")
        taken = f"{len(to) - len(refused)} of {len(to)} accepted: {_short(answer)}"
        return f"{taken}; refused for good: {_replies(refused)}" if refused else taken

    def _prepare(self, message: Message, to: Sequence[str]) -> tuple[EmailMessage, str | None, ssl.SSLContext | None]:
        options = self._options
        try:
            password = options.password.reveal(self._context.site) if options.password else None
        except SiteError as error:
            raise DeliveryFailed(error.message, retry=False, hint=error.hint) from error
        pictures, missing = _load_pictures(message.pictures, message.language)
        files, left_out = _load_files(message.files, message.language)
        mail = compose(
            message,
            sender=options.sender,
            to=to,
            pictures=pictures,
            files=files,
            missing=[*missing, *left_out],
            at=self._context.clock.now(),
        )
        return mail, password, self._trust()

    def _trust(self) -> ssl.SSLContext | None:
        options = self._options
        if options.security == "none":
            return None
        file = self._context.site / options.ca if options.ca else None
        try:
            return ssl.create_default_context(cafile=file)
        except OSError as error:
            raise DeliveryFailed(
                f"The certificate file {file} cannot be read: {error.strerror or error}.",
                retry=False,
                hint="`ca` in [plugins.mail] names a PEM file, relative to the site's folder.",
            ) from error

    async def _hand_over(
        self, mail: EmailMessage, to: Sequence[str], password: str | None, trust: ssl.SSLContext | None
    ) -> tuple[dict[str, aiosmtplib.SMTPResponse], str]:
        options = self._options
        client = aiosmtplib.SMTP(
            hostname=options.host,
            port=options.port_used,
            use_tls=options.security == "tls",
            start_tls=False,
            tls_context=trust,
            timeout=self._patience_s,
            local_hostname=_own_name(),
        )
        # The library's own context manager would wait for the answer to QUIT even after a time-out or a cancellation.
        try:
            async with asyncio.timeout(self._patience_s):
                await client.connect()
                await client.ehlo()
                if options.security == "starttls":
                    if not client.supports_extension("starttls"):
                        raise aiosmtplib.SMTPNotSupported("STARTTLS")
                    await client.starttls()
                    await client.ehlo()
                if options.user is not None and password is not None:
                    await _sign_in(client, options.user, password)
                outcome = await client.send_message(mail, sender=options.sender, recipients=list(to))
            # The mail is taken: a server that is slow to say goodbye must not make it look as if it were not.
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=_LONGEST_GOODBYE_S)
            return outcome
        finally:
            client.close()

    def _remember(self, key: tuple[str, tuple[str, ...]], served: frozenset[str]) -> None:
        while len(self._partly) >= _MOST_REMEMBERED:
            del self._partly[next(iter(self._partly))]
        self._partly[key] = served


async def _sign_in(client: aiosmtplib.SMTP, user: str, password: str) -> None:
    """Try one method once: servers count every wrong try, and lock the account."""
    offered = client.server_auth_methods
    for method, sign_in in (
        ("plain", client.auth_plain),
        ("login", client.auth_login),
        ("cram-md5", client.auth_crammd5),
    ):
        if method in offered:
            await sign_in(user, password)
            return
    raise aiosmtplib.SMTPNotSupported(f"AUTH PLAIN, LOGIN or CRAM-MD5; it offers {', '.join(offered) or 'none'}")


def _own_name() -> str:
    """The name to greet with. Asking the name service for a full one can take longer than all the rest."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9.-]+", name) else "localhost"


def _load_pictures(paths: Sequence[Path], language: Language) -> tuple[list[tuple[str, bytes]], list[str]]:
    pictures: list[tuple[str, bytes]] = []
    missing: list[str] = []
    for path in paths[:_MOST_PICTURES]:
        try:
            with path.open("rb") as file:
                jpeg = file.read(_LARGEST_PICTURE + 1)
        except OSError as error:
            missing.append(_missing(path, error.strerror or "", language))
            continue
        if len(jpeg) > _LARGEST_PICTURE or not jpeg.startswith(b"\xff\xd8"):
            missing.append(_missing(path, "> 2 MB" if jpeg.startswith(b"\xff\xd8") else "JPEG?", language))
            continue
        pictures.append((path.name, jpeg))
    return pictures, missing


def _load_files(paths: Sequence[Path], language: Language) -> tuple[list[tuple[str, bytes]], list[str]]:
    files: list[tuple[str, bytes]] = []
    missing: list[str] = []
    left = _LARGEST_FILES
    words = "文件未能附上" if language == "zh_CN" else "A file could not be attached"
    for path in paths[:_MOST_FILES]:
        try:
            with path.open("rb") as file:
                data = file.read(left + 1)
        except OSError as error:
            missing.append(f"{words}: {path.name} ({error.strerror or ''})")
            continue
        if len(data) > left:
            missing.append(f"{words}: {path.name} (> {left / 1e6:.1f} MB)")
            continue
        left -= len(data)
        files.append((path.name, data))
    return files, missing


def _missing(path: Path, reason: str, language: Language) -> str:
    words = "图片未能附上" if language == "zh_CN" else "A picture could not be attached"
    return f"{words}: {path.name} ({reason})"


def _failure(error: Exception, options: MailOptions) -> DeliveryFailed:
    server = f"the mail server {options.host}:{options.port_used}"
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            replies = {one.recipient: aiosmtplib.SMTPResponse(one.code, one.message) for one in error.recipients}
            retry = any(reply.code < 500 for reply in replies.values())
            return DeliveryFailed(f"{_upper(server)} refused every address: {_replies(replies)}.", retry=retry)
        case aiosmtplib.SMTPAuthenticationError():
            return DeliveryFailed(
                f"{_upper(server)} refused the user or the password: {error.code} {_short(error.message)}.",
                retry=error.code < 500,
                hint="Correct `user` and `password` in [plugins.mail].",
            )
        case aiosmtplib.SMTPNotSupported():
            return DeliveryFailed(
                f"{_upper(server)} does not offer what is needed: {_short(error.message)}.",
                retry=False,
                hint="`security` in [plugins.mail] may be wrong for this port.",
            )
        case aiosmtplib.SMTPResponseException():
            return DeliveryFailed(
                f"{_upper(server)} answered {error.code} {_short(error.message)}.", retry=error.code < 500
            )
        case TimeoutError() | aiosmtplib.SMTPTimeoutError():
            return DeliveryFailed(f"{_upper(server)} did not answer in time.")
    untrusted = _certificate_problem(error)
    if untrusted:
        return DeliveryFailed(
            f"The certificate of {server} is not trusted: {_short(untrusted)}.",
            retry=False,
            hint="`ca` in [plugins.mail] names the certificate of a private authority; `host` must be the name in it.",
        )
    return DeliveryFailed(f"{_upper(server)} cannot be reached: {_short(str(error) or type(error).__name__)}.")


def _certificate_problem(error: BaseException | None) -> str:
    seen = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen.verify_message
        seen = seen.__cause__ or seen.__context__
    return ""


def _replies(replies: dict[str, aiosmtplib.SMTPResponse]) -> str:
    return _short("; ".join(f"{address} ({reply.code} {reply.message})" for address, reply in replies.items()))


def _short(text: str) -> str:
    return redact(" ".join(text.split()))[:200].removesuffix(".")


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
