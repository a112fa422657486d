"""Posts the messages: one try each, with every answer understood."""

import asyncio
import logging
import re
import ssl
from typing import NoReturn
from urllib.parse import urlsplit

import httpx2

from hub.api import DeliveryFailed, Message, PluginContext, Secret, SiteError, redact
from hub_webhook.body import make_body, make_headers
from hub_webhook.options import WebhookOptions, WebhookTarget, is_web_address

_LONGEST_ANSWER = 4096
"""Bytes of an answer that are read; only its first words are kept."""

_SHORTEST_TOKEN = 8

_WORTH_A_RETRY = frozenset({408, 425, 429})


class Webhook:
    """A notifier that posts JSON.

    `patience_s` bounds a whole delivery; the hub would cancel it after 30 s without knowing why it hung.
    """

    def __init__(self, options: WebhookOptions, context: PluginContext, *, patience_s: float = 20.0) -> None:
        self._options = options
        self._context = context
        self._patience_s = patience_s
        self._trust: ssl.SSLContext | None = None
        for library in ("httpx2", "httpcore2"):
            # They log every address in full, and with it the token that it holds.
            logging.getLogger(library).setLevel(logging.WARNING)

    async def send(self, message: Message, target: WebhookTarget) -> str:
        url, secret = await asyncio.to_thread(self._prepare, target)
        body = make_body(message, self._context.clock.now())
        host = urlsplit(url).hostname or ""
        try:
            async with asyncio.timeout(self._patience_s):
                status, raw = await self._post(url, body, make_headers(message, body, secret))
        except TimeoutError:
            raise DeliveryFailed(f"The webhook at {host} did not answer in time.") from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            _fail(error, host)
        answer = _words(raw, url)
        if 200 <= status < 300:
            return f"{status} {answer}".strip()
        raise DeliveryFailed(
            f"The webhook at {host} answered {status} {answer}".strip() + ".",
            retry=status >= 500 or status in _WORTH_A_RETRY,
            hint="Redirects are not followed: give the final address." if 300 <= status < 400 else "",
        )

    def _prepare(self, target: WebhookTarget) -> tuple[str, str | None]:
        try:
            url = self._reveal(target.url)
            secret = None if target.secret is None else self._reveal(target.secret)
        except SiteError as error:
            raise DeliveryFailed(error.message, retry=False, hint=error.hint) from error
        if not is_web_address(url):
            raise DeliveryFailed(
                f"The webhook's address ({target.url.where}) is not one of http:// or https://.", retry=False
            )
        if self._trust is None:
            self._trust = self._load_trust()
        return url, secret

    def _reveal(self, secret: Secret) -> str:
        return secret.reveal(self._context.site)

    def _load_trust(self) -> ssl.SSLContext:
        file = self._context.site / self._options.ca if self._options.ca else None
        try:
            return ssl.create_default_context(cafile=file)
        except OSError as error:
            raise DeliveryFailed(
                f"The certificate file {file} cannot be read: {error.strerror or error}.",
                retry=False,
                hint="`ca` in [plugins.webhook] names a PEM file, relative to the site's folder.",
            ) from error

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and first bytes. Follows no redirect: the signed body is for this address and no other."""
        assert self._trust is not None
        # `trust_env` would take proxies and passwords from the environment of whoever started the hub.
        client = httpx2.AsyncClient(verify=self._trust, timeout=self._patience_s, trust_env=False)
        async with client, client.stream("POST", url, content=body, headers=headers) as response:
            answer = b""
            async for chunk in response.aiter_raw(_LONGEST_ANSWER):
                answer += chunk
                if len(answer) >= _LONGEST_ANSWER:
                    break
            return response.status_code, answer[:_LONGEST_ANSWER]


def _fail(error: Exception, host: str) -> NoReturn:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            raise DeliveryFailed(
                f"The certificate of {host} is not trusted: {seen.verify_message}.",
                retry=False,
                hint="`ca` in [plugins.webhook] names the certificate of a private authority.",
            ) from error
        seen = seen.__cause__ or seen.__context__
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol):
        raise DeliveryFailed("The webhook's address cannot be used.", retry=False) from None
    if isinstance(error, httpx2.TimeoutException):
        raise DeliveryFailed(f"The webhook at {host} did not answer in time.") from error
    raise DeliveryFailed(
        f"The webhook at {host} cannot be reached: {_short(str(error) or type(error).__name__)}."
    ) from error


def _words(answer: bytes, url: str) -> str:
    """What the far side said. Some repeat the address that was asked for: what may be a token in it is left out."""
    text = answer.decode("utf-8", "replace")
    parts = urlsplit(url)
    for piece in re.split(r"[/&=]", f"{parts.path}/{parts.query}"):
        if len(piece) >= _SHORTEST_TOKEN:
            text = text.replace(piece, "***")
    return _short("".join(letter if letter.isprintable() else " " for letter in text))


def _short(text: str) -> str:
    return redact(" ".join(text.split()))[:120].removesuffix(".")
