"""The process that makes one package: `python -m hub.footage.work`.

A plan comes in on one line; what it says goes out, a line of JSON each. It ends at once when nobody listens any more:
the hub that asked for it is gone then, and begins anew.
"""

import logging
import os
import shutil
import sys
import threading
from pathlib import Path

import msgspec

from hub.errors import HubError
from hub.footage.copy import NotPlayable
from hub.footage.package import make_package
from hub.footage.plan import NotMade, PackagePlan, Progress, Said

_NICE = 10
_STEP = 0.01
"""Progress is told when it has gone on by so much."""


def main() -> int:
    """Returns 0 when it could say what became of it."""
    os.nice(_NICE)
    logging.getLogger("bagit").setLevel(logging.CRITICAL)  # its tracebacks name paths of this machine
    plan = msgspec.json.decode(sys.stdin.buffer.readline(), type=PackagePlan)
    threading.Thread(target=_end_with, args=(sys.stdin.fileno(),), daemon=True).start()
    _say(_made(plan))
    return 0


def _made(plan: PackagePlan) -> Said:
    told = [("", 0.0)]

    def tell(progress: Progress) -> None:
        share = progress.done / progress.total if progress.total else 1.0
        if progress.step != told[0][0] or share - told[0][1] >= _STEP:
            told[0] = progress.step, share
            _say(progress)

    try:
        return make_package(plan, tell)
    except (HubError, NotPlayable) as error:
        return NotMade(reason=getattr(error, "message", "") or str(error))
    except OSError as error:
        return NotMade(reason=_of_disk(error))
    finally:
        shutil.rmtree(plan.work, ignore_errors=True)


def _of_disk(error: OSError) -> str:
    if error.errno is None:
        return str(error)
    name = f" ({Path(str(error.filename)).name})" if error.filename else ""
    return f"The disk of the data folder refuses: {error.strerror}{name}."


def _say(said: Said) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(said) + b"\n")
    sys.stdout.buffer.flush()


def _end_with(stdin: int) -> None:
    # Not through the buffer: the interpreter could not end while this thread holds it.
    while os.read(stdin, 4096):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
