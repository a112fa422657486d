"""From a device that a person approved to tables in hub.toml and a file with its password: all of it, or nothing."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.client.discovery import AddedView, Adding, AddWish, NewCamera, Target
from hub.config.hub_toml.adding import Addition, add_tables, rendered
from hub.config.hub_toml.saving import change_site
from hub.config.load import FILE, check_plugin_tables, parse_site
from hub.config.problems import Problem, errors_of
from hub.config.read import read_text
from hub.errors import ConfigError, Refused, SiteError
from hub.plugin_host import PluginHost
from hub.runtime.devices.stream_probe import check_url, stream_drivers, stream_keys
from hub.secret import Secret

SECRETS = "secrets"
"""The folder of the site in which passwords are kept, one a file."""
_MOST_PROBLEMS = 5


def add(folder: Path, host: PluginHost, wish: AddWish, at: datetime) -> AddedView:
    """Write the devices and cameras into hub.toml and their passwords beside it, or only say what would be written.

    Raises `Refused` for what cannot be added or what the hub would not run with, `ConfigError` when hub.toml is broken
    already, and `SiteError` when it cannot be written; nothing is changed then.
    """
    taken: set[str] = set()
    kept = [_kept(folder, adding, taken) for adding in wish.adding]
    additions = [
        table for adding, (ref, _) in zip(wish.adding, kept, strict=True) for table in tables(adding, host, ref)
    ]
    secrets = {ref.removeprefix("file:"): password for ref, password in kept if password}

    def change(text: str) -> str:
        return add_tables(text, additions, FILE)

    def check(text: str) -> None:
        config, problems = parse_site(text, folder)
        if config is None:
            raise _unfit(errors_of(problems))
        found = errors_of(check_plugin_tables(config, host).problems)
        # What a failed plugin would have brought is no reason to refuse another's device.
        if errors := [problem for problem in found if not problem.plugin]:
            raise _unfit(errors)

    cameras = [camera.id for adding in wish.adding for camera in adding.cameras]
    told = AddedView(text=rendered(additions), cameras=cameras, secrets=list(secrets))
    if wish.dry:
        check(change(read_site_text(folder)))
        return told
    with _written(folder, secrets):
        backup = change_site(folder, change, check, at)
    return AddedView(text=told.text, cameras=cameras, secrets=told.secrets, backup=backup.name)


def _unfit(problems: Sequence[Problem]) -> Refused:
    said = " ".join(str(problem) for problem in problems[:_MOST_PROBLEMS])
    return Refused(f"The hub would not run with that hub.toml, so nothing was written: {said}")


def read_site_text(folder: Path) -> str:
    """hub.toml as it is written. Raises `ConfigError`."""
    text, problems = read_text(folder / FILE, FILE)
    if problems:
        raise ConfigError(problems)
    return text


def tables(adding: Adding, host: PluginHost, password: str) -> Iterator[Addition]:
    """The tables of a device and its cameras. `password` is the reference to it; empty: there is none.

    Raises `Refused` when the driver is not there, or the cameras do not fit a device of their own.
    """
    target = adding.target
    if target.url:
        check_url(target)
        if target.driver not in stream_drivers(host):
            raise no_stream_driver(host, target.driver)
    elif target.driver not in host.vendors:
        raise no_driver(host, target.driver)
    where = stream_keys(target, password) if target.url else connection(target, host, password)
    if adding.device:
        name = adding.device_name or adding.device
        yield Addition("devices", {"id": adding.device, "name": name, "driver": target.driver, **where})
        for camera in adding.cameras:
            own = {"device": adding.device, "channel": camera.channel}
            yield Addition("cameras", {**_camera(camera, target.driver), **own})
        return
    if len(adding.cameras) != 1:
        raise Refused(
            "A device with several cameras needs an id of its own.", hint="Give it one: it is written as [[devices]]."
        )
    camera = adding.cameras[0]
    channel = {"channel": camera.channel} if camera.channel != 1 else {}
    yield Addition("cameras", {**_camera(camera, target.driver), **where, **channel})


def connection(target: Target, host: PluginHost, password: str) -> dict[str, Any]:
    """Where a device is and how to sign in, as hub.toml says it; what is usual is left out."""
    vendor = host.vendors[target.driver].vendor
    usual = vendor.tls_port if target.tls else vendor.port
    said: dict[str, Any] = {"host": target.host}
    if target.port is not None and target.port != usual:
        said["port"] = target.port
    if target.tls:
        said["tls"] = True
        if target.fingerprint:
            said["tls_fingerprint"] = target.fingerprint
    if target.user:
        said["user"] = target.user
    if password:
        said["password"] = password
    return said


def no_driver(host: PluginHost, driver: str) -> Refused:
    return Refused(
        f"The hub has no driver {driver[:40]!r} that can be asked.",
        hint=f"There are: {', '.join(sorted(host.vendors)) or 'none'}. See `hub plugins list`.",
    )


def no_stream_driver(host: PluginHost, driver: str) -> Refused:
    return Refused(
        f"The driver {driver[:40]!r} does not know a camera by the address of its stream.",
        hint=f"These do: {', '.join(sorted(stream_drivers(host))) or 'none'}.",
    )


def by_reference(password: str) -> bool:
    """Whether a password was given as a reference to it."""
    return Secret(password).by_reference


def _camera(camera: NewCamera, driver: str) -> dict[str, Any]:
    names = {"en": camera.name_en, "zh": camera.name_zh}
    said = {language: name for language, name in names.items() if name}
    table: dict[str, Any] = {
        "id": camera.id,
        "name": said if len(said) == 2 else next(iter(said.values()), camera.id),
        "area": camera.area,
        "domain": camera.domain,
        "driver": driver,
    }
    if camera.tags:
        table["tags"] = list(camera.tags)
    if camera.ptz:
        table["ptz"] = True
    return table


def _kept(folder: Path, adding: Adding, taken: set[str]) -> tuple[str, str]:
    """The reference to a device's password, and the password where it is to be written to a file."""
    password = adding.target.password
    if not password or by_reference(password):
        return password, ""
    if password != password.strip() or not password.isprintable():
        raise Refused(
            "A password with blanks at its ends or control characters cannot be kept in a file.",
            hint="Give it as env:NAME.",
        )
    wanted = adding.device or adding.cameras[0].id
    name = next(
        name
        for name in (wanted, *(f"{wanted}-{n}" for n in range(2, 1000)))
        if name not in taken and not (folder / SECRETS / name).exists()
    )
    taken.add(name)
    return f"file:{SECRETS}/{name}", password


@contextmanager
def _written(folder: Path, secrets: Mapping[str, str]) -> Iterator[None]:
    """The files with the secrets, readable for their owner alone; gone again when what follows does not succeed."""
    made: list[Path] = []
    try:
        for name, secret in secrets.items():
            path = folder / name
            try:
                path.parent.mkdir(mode=0o700, exist_ok=True)
                _write(path, secret)
            except OSError as error:
                raise SiteError(
                    f"The password cannot be kept in {SECRETS}/: {error.strerror or type(error).__name__}.",
                    hint="Let the hub's user write in the site's folder, or give the password as env:NAME.",
                ) from error
            made.append(path)
        yield
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def _write(path: Path, secret: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())


def ids_of(data: Mapping[str, Any]) -> set[str]:
    """The ids that devices and cameras of a hub.toml have."""
    return {str(table.get("id", "")) for kind in ("devices", "cameras") for table in _tables(data, kind)}


def _tables(data: Mapping[str, Any], kind: str) -> Sequence[Mapping[str, Any]]:
    return [table for table in data.get(kind, []) if isinstance(table, Mapping)]
