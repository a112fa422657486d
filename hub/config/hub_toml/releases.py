"""What hub.toml says of releases of recordings."""

from pydantic import Field

from hub.config.tables import Id, Table, Words
from hub.core.releases.policy import ReleasePolicy


class ReleasesTable(Table):
    """Releases of recordings (clause 4.2)."""

    internal_purposes: dict[Id, Words] = Field(
        default={},
        title="Internal purposes",
        description="For what departments of the site may be given recordings, by id: "
        '`accident = { en = "Inquiry into an accident", zh = "事故调查" }`. Without any, recordings leave to officers '
        "with a letter only.",
        max_length=50,
    )


def release_policy(table: ReleasesTable) -> ReleasePolicy:
    return ReleasePolicy({key: words.text() for key, words in table.internal_purposes.items()})
