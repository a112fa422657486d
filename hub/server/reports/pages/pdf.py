"""Pages on paper: PDF by an installed Chromium, which runs for as long as that takes."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from hub.errors import SiteError

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
_LONGEST_S = 60.0
_LARGEST = 64 * 1024 * 1024


def browser() -> str | None:
    """The Chromium of this machine; None where there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def as_pdf(page: str, *, program: str | None = None, longest_s: float = _LONGEST_S) -> bytes:
    """A page as PDF, one A4 sheet after another. It blocks. Raises `SiteError`: there is no browser, or it fails.

    The page is our own and brings everything with it: the browser gets a profile of its own that goes away with it,
    and reaches no network.
    """
    found = program or browser()
    if found is None:
        raise SiteError(
            "There is no Chromium on this machine to make a PDF.",
            hint="Install the package chromium, or ask for the format html and print that from a browser.",
        )
    with tempfile.TemporaryDirectory(prefix="hub-pdf-") as folder:
        source, made = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_text(page, encoding="utf-8")
        command = [
            found,
            "--headless",
            "--disable-gpu",
            "--disable-extensions",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={made}",
            # Its sandbox cannot be set up by root; the page has no scripts and nothing from elsewhere.
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
            source.as_uri(),
        ]
        code, said = _run(command, folder, longest_s)
        if not made.is_file():
            raise SiteError(f"Chromium made no PDF: {said or f'exit code {code}'}.")
        if made.stat().st_size > _LARGEST:
            raise SiteError(f"The PDF is larger than {_LARGEST // 1024 // 1024} MB.")
        return made.read_bytes()


def _run(command: Sequence[str], folder: str, longest_s: float) -> tuple[int, str]:
    """The exit code, and the last line of what was said. Raises `SiteError`."""
    try:
        running = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "HOME": folder, "TMPDIR": folder},
            start_new_session=True,
        )
    except OSError as error:
        raise SiteError(f"{command[0]} cannot be started: {error.strerror}.") from error
    try:
        _, said = running.communicate(timeout=longest_s)
    except subprocess.TimeoutExpired as error:
        raise SiteError(f"Chromium did not make the PDF within {longest_s:.0f} s.") from error
    finally:
        # It has processes of its own, which may outlive it.
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        if running.stderr is not None:
            running.stderr.close()
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return running.returncode, lines[-1][:300] if lines else ""
