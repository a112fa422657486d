"""The notifier itself."""

import asyncio
from pathlib import Path

from hub.api import DeliveryFailed, Message, PluginContext
from hub_example.options import ExampleOptions, ExampleTarget

_LARGEST_FILE = 10_000_000


class FileNotifier:
    """Appends one line per message to a file in the plugin's own folder."""

    def __init__(self, options: ExampleOptions, context: PluginContext) -> None:
        self._context = context

    async def send(self, message: Message, target: ExampleTarget) -> str:
        at = self._context.clock.now().isoformat(timespec="seconds")
        title, body = message.title.in_(message.language), message.body.in_(message.language)
        line = " ".join(f"{at} [{message.priority}] {message.camera or '-'} {title}: {body}".split())
        # Writing blocks, and the event loop is everybody's: so it happens in a thread.
        await asyncio.to_thread(_append, self._context.data / target.file, line)
        return f"written to {target.file}"


def _append(file: Path, line: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as stream:
            if stream.tell() > _LARGEST_FILE:
                raise DeliveryFailed(f"{file.name} is full.", retry=False, hint="Move it away.")
            stream.write(line + "\n")
    except OSError as error:
        raise DeliveryFailed(f"{file.name} cannot be written: {error.strerror}.") from error
