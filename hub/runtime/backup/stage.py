"""What of an archive is unpacked where, beside the place where it goes; and what lies in that place now."""

import os
import shutil
from pathlib import Path

from hub.config.hub_toml.site import SiteConfig
from hub.config.load import FILE, parse_site
from hub.config.problems import errors_of
from hub.errors import ConfigError, SiteError
from hub.journal.chain import Head
from hub.journal.verify import verify
from hub.runtime.backup.archive import Entry, Manifest
from hub.runtime.backup.contents import RULES, belongs
from hub.runtime.backup.journal_file import journal_path, open_journal
from hub.runtime.backup.swap import STAGE
from hub.runtime.releases.releasing import FOLDER as RELEASES

DATA_STAGE = f"{STAGE}-data"
_BLOCK = 1024 * 1024
_LONGEST_HUB_TOML = 1024 * 1024


class Unpacking:
    """Unpacks an archive into folders beside where its files go. hub.toml comes first and says where the data goes."""

    def __init__(self, site: Path, stage: Path, *, replace: bool) -> None:
        self._site = site
        self._stage = stage
        self._replace = replace
        self._config: SiteConfig | None = None
        self.data_stage = stage
        """Where the archive's folder `data` is unpacked."""

    def take(self, entry: Entry) -> None:
        if self._config is None:
            unpack(entry, self._stage)
            self._config = config_of(self._stage, self._site)
            self._begin(self._config)
            return
        if entry.name.startswith("seals/"):
            return  # they belong to recordings, which stay as they are
        unpack(entry, self.data_stage if entry.name.startswith("data/") else self._stage)

    def placed(self) -> tuple[SiteConfig, Path]:
        """hub.toml, and the folder in which the archive's folder `data` lies."""
        assert self._config is not None, "the list was compared, and hub.toml is in it"
        return self._config, self.data_stage

    def _begin(self, config: SiteConfig) -> None:
        known = there(self._site, config)
        if known and not self._replace:
            raise SiteError(
                f"There is a site in {self._site} already: {', '.join(known[:5])}{' …' if len(known) > 5 else ''}.",
                hint="Use an empty folder, or --replace, which puts aside what is there.",
            )
        require_one_disk(self._site, config)
        config.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.data_stage = config.data_folder / DATA_STAGE
        shutil.rmtree(self.data_stage, ignore_errors=True)
        self.data_stage.mkdir(mode=0o700)


def unpack(entry: Entry, stage: Path) -> None:
    """Write a file of an archive below a folder. Raises `OSError`."""
    target = stage / entry.name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while block := entry.read(_BLOCK):
            file.write(block)


def config_of(stage: Path, site: Path) -> SiteConfig:
    """hub.toml of the archive, as if it lay in the site's folder already."""
    path = stage / "site" / FILE
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_HUB_TOML + 1).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SiteError("The backup does not begin with a hub.toml that can be read.") from error
    config, problems = parse_site(text, site)
    if config is None:
        raise ConfigError(errors_of(problems))
    return config


def prove(journal: Path, manifest: Manifest) -> None:
    """Raise `SiteError` unless every record of the journal holds and its newest is the one that the archive names."""
    if not journal.is_file():
        if manifest.head:
            raise SiteError("The backup is not whole: its journal is missing.")
        return
    store = open_journal(journal)
    try:
        seq, _, digest = manifest.head.partition(":")
        verdict = verify(store, expected=Head(int(seq), bytes.fromhex(digest)))
    except ValueError as error:
        raise SiteError(f"The backup names {manifest.head[:80]!r} as its newest record, which is none.") from error
    finally:
        store.close()
    if not verdict.ok or f"{verdict.head.seq}:{verdict.head.hash.hex()}" != manifest.head:
        raise SiteError(
            f"The journal in the backup does not hold: {verdict.problem or 'it goes on after its head'}",
            hint="Use another backup.",
        )


def there(site: Path, config: SiteConfig) -> list[str]:
    """What is in the place of what an archive brings, by its name for people."""
    found = [name for name in (FILE, RULES) if os.path.lexists(site / name)]
    data = config.data_folder
    if data.is_dir():
        found += [f"{config.site.data}/{path.name}" for path in of_data(config)]
    return found


def of_data(config: SiteConfig) -> list[Path]:
    """What in the data folder belongs to a copy of the site."""
    away = config.recording_folder.resolve(), (config.data_folder / RELEASES).resolve()
    return sorted(path for path in config.data_folder.iterdir() if belongs(path.name) and path.resolve() not in away)


def require_one_disk(site: Path, config: SiteConfig) -> None:
    """What is renamed cannot go to another disk. Raises `SiteError`."""
    journal, data = journal_path(config), config.data_folder
    if journal.parent.absolute() != data.absolute():
        raise SiteError(
            f"The journal lies outside of the data folder, in {journal}.", hint="Put the backup back by hand."
        )
    for folder in (site, data):
        if folder.is_dir():
            for path in folder.iterdir():
                if belongs(path.name) and path.is_dir() and path.stat().st_dev != folder.stat().st_dev:
                    if path in (data, config.recording_folder):
                        continue
                    raise SiteError(
                        f"{path} is a disk of its own: it cannot be put aside at once with the rest.",
                        hint="Unmount it, put the backup back, and move what belongs there.",
                    )
