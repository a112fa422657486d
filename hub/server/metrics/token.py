"""Who may read the metrics over TCP: whoever has the token that was made for it, which opens nothing else.

Over the unix socket none is needed: only the user who runs the hub can open that. The address of the machine itself is
no proof of anything, since a web server in front of the hub asks from there for everybody.
"""

import secrets
from pathlib import Path

from hub.errors import SiteError
from hub.server.accounts.passwords import new_token, token_hash
from hub.server.run_folder import write_private

FILE = "metrics.token"
"""In the site's data folder: the hash of the token, never the token."""
_LONGEST_FILE = 200
_LONGEST_TOKEN = 200


def make_token(data: Path) -> str:
    """A new token for the metrics; the one before it counts no more. Blocks. Raises `SiteError`."""
    token = new_token()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(data / FILE, token_hash(token).encode())
    except OSError as error:
        raise SiteError(
            f"The token cannot be kept in {data}: {error.strerror or error}.", hint="Let the hub's user write there."
        ) from error
    return token


def revoke_token(data: Path) -> bool:
    """Let no token count any more; whether there was one. Blocks. Raises `SiteError`."""
    try:
        (data / FILE).unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise SiteError(f"The token in {data} cannot be removed: {error.strerror or error}.") from error
    return True


def opens(data: Path, token: str) -> bool:
    """Whether `token` is the one that was made last. Blocks; False where nobody made one, or it cannot be read."""
    if not token or len(token) > _LONGEST_TOKEN:
        return False
    try:
        with (data / FILE).open("rb") as file:
            kept = file.read(_LONGEST_FILE).strip()
    except OSError:
        return False
    return secrets.compare_digest(kept, token_hash(token).encode())
