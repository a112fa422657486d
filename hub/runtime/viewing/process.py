"""A process that shows pictures, with nothing of ours in its environment but what Python needs."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process

import structlog

from hub.watch.workerlog import LONGEST_LINE, relay

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "SSL_CERT_FILE")
_END_S = 3.0
_log = structlog.get_logger("hub.viewing")


class ViewingProcess:
    """`python -m MODULE` with pipes; its stderr goes to the hub's log. `close` it in the end."""

    def __init__(self, process: Process, name: str) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.stdin, self.stdout = process.stdin, process.stdout
        self._process = process
        self._relaying = asyncio.create_task(self._relay(name), name=f"log of {name}")

    @classmethod
    async def start(cls, module: str) -> "ViewingProcess":
        environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
        environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", module),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=environment,
            limit=2 * LONGEST_LINE,
            start_new_session=True,
        )
        return cls(process, module.rpartition(".")[2])

    async def close(self) -> None:
        """End it at once; it keeps nothing that would be lost."""
        if self._process.returncode is None:
            self._process.kill()
        self.stdin.close()
        rest = asyncio.create_task(self._read_out())
        try:
            async with asyncio.timeout(_END_S):
                await self._process.wait()
                await asyncio.gather(rest, self._relaying)
        except TimeoutError:
            _log.warning("a viewing process did not end", pid=self._process.pid)
        finally:
            rest.cancel()
            self._relaying.cancel()

    async def _read_out(self) -> None:
        # asyncio does not see the end of a process whose pipe is not read.
        while await self.stdout.read(65536):
            pass

    async def _relay(self, name: str) -> None:
        stderr = self._process.stderr
        assert stderr is not None
        while True:
            try:
                line = await stderr.readline()
            except ValueError:
                # Longer than any line of ours; the reader threw it away.
                continue
            if not line:
                return
            relay(name, line)
