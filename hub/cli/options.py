"""Options that many commands share."""

from pathlib import Path
from typing import Annotated

import typer

SiteOption = Annotated[
    Path,
    typer.Option("--site", "-s", envvar="HUB_SITE", help="The site's folder, where hub.toml is.", show_default="."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
UrlOption = Annotated[
    str,
    typer.Option("--url", envvar="HUB_URL", help="Talk to a hub over TCP, such as http://127.0.0.1:8787."),
]
HERE = Path()
