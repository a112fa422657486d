"""Where this program runs, for the record of sign-ins."""

import contextlib
import os
import socket
import sys


def here(*, terminal: bool = False) -> str:
    """Where this program runs, as far as it can tell: machine, from where by SSH, and with `terminal` which one."""
    words = [socket.gethostname()]
    with contextlib.suppress(OSError, ValueError, AttributeError):  # there is none
        words += [os.ttyname(sys.stdin.fileno()).removeprefix("/dev/")] if terminal else []
    if origin := os.environ.get("SSH_CONNECTION", "").split(" ")[0]:
        words.append(f"from {origin}")
    return " ".join(words)[:200]
