"""The driver: looks the secrets up and gives the address to the watch."""

import asyncio

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
        return await asyncio.to_thread(self._look_up)

    def _look_up(self) -> StreamSpec:
        options = self._options
        return parse_address(
            self._reveal(options.url),
            user=None if options.user is None else self._reveal(options.user),
            password=None if options.password is None else self._reveal(options.password),
            transport=options.transport,
        )

    def _reveal(self, secret: Secret) -> str:
        try:
            return secret.reveal(self._site)
        except SiteError as error:
            raise AuthRejected(error.message, hint=error.hint) from error
