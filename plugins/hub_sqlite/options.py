"""What hub.toml may say in `[journal]` beside `store = "sqlite"`."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class SqliteOptions(BaseModel):
    """Options of the store."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Path = Field(
        default=Path("journal.db"),
        title="File",
        description="The journal's file, relative to the folder that the hub gives the store. It must lie on a local "
        "disk: SQLite's write-ahead log does not work over a network file system.",
    )
