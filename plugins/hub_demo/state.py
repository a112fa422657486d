"""What the running plant says of itself: its ports and the key to its door, in a file for its user only."""

import json
import os
from pathlib import Path
from typing import Any

STATE = "plant.json"


def read_state(folder: Path) -> dict[str, Any] | None:
    """What the plant wrote; None when none runs."""
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return state if isinstance(state, dict) else None


def write_state(folder: Path, state: dict[str, Any]) -> None:
    """Write it all at once, so that nobody reads half of it."""
    half_done = folder / f"{STATE}.part"
    half_done.unlink(missing_ok=True)
    with os.fdopen(os.open(half_done, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(state, file)
    half_done.replace(folder / STATE)


def remove_state(folder: Path) -> None:
    (folder / STATE).unlink(missing_ok=True)
