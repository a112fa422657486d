"""The driver: looks the secrets up and gives the address to the watch."""

import asyncio
from typing import Literal

from hub.api import AuthRejected, PluginContext, Secret, SiteError, StreamSpec
from hub_rtsp.options import RtspOptions
from hub_rtsp.parse import parse_address


class RtspCamera:
    """A camera by its address."""

    def __init__(self, options: RtspOptions, context: PluginContext) -> None:
        self._options = options
        self._site = context.site

    async def stream(self) -> StreamSpec:
        """The address, with secrets read anew, so that a changed password needs no restart.

        Raises `AuthRejected` when a secret cannot be read (a person must act), `Unsupported` for a wrong address.
        """
        # A secret's file may lie on a network share that hangs, and the event loop is everybody's.
        return await asyncio.to_thread(self._look_up, self._options.url)

    async def named_stream(self, name: Literal["main", "sub"]) -> StreamSpec:
        """The main or the sub stream, for recording: that of `url` where no other is given. Raises like `stream`."""
        url = {"main": self._options.main_url, "sub": self._options.sub_url}[name]
        return await asyncio.to_thread(self._look_up, url or self._options.url)

    def _look_up(self, url: Secret) -> StreamSpec:
        options = self._options
        spec = parse_address(
            self._reveal(url),
            user=None if options.user is None else self._reveal(options.user),
            password=None if options.password is None else self._reveal(options.password),
            transport=options.transport,
        )
        if options.tls_fingerprint is not None:
            return StreamSpec(spec.url, spec.options | {"tls_fingerprint": options.tls_fingerprint})
        if options.ca_file is not None:
            return StreamSpec(spec.url, spec.options | {"ca_file": str(self._site / options.ca_file)})
        return spec

    def _reveal(self, secret: Secret) -> str:
        try:
            return secret.reveal(self._site)
        except SiteError as error:
            raise AuthRejected(error.message, hint=error.hint) from error
