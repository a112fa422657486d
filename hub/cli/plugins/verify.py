"""`hub plugins verify`: whether a plugin keeps what is asked of plugins, as an acceptance report."""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, JsonOption, SiteOption
from hub.cli.output import as_json, as_table, say, telling_errors
from hub.cli.plugins.checks import (
    CONTRACT_KINDS,
    Check,
    Ran,
    Tier,
    contract_check,
    foreign_imports,
    made,
    option_problems,
    own_check,
    tier_of,
    time_check,
)
from hub.errors import HubError, PluginError
from hub.locale import N_, _

if TYPE_CHECKING:
    from hub.devices.access import Access
    from hub.plugin_host import Manifest, PluginHost

_IMPORT_S = 0.5
_TESTS_S = 300.0
_PATIENCE_S = 900.0
_PROBE = """
import sys, threading, time
import hub.api, msgspec, pydantic
before = threading.active_count()
began = time.perf_counter()
__import__(sys.argv[1])
print(time.perf_counter() - began, threading.active_count() - before)
"""
_SHOWN = {"passed": N_("passed"), "failed": N_("not passed"), "not run": N_("not run")}
# Words that come out of the data; named here so that they are collected for translation.
_WORDS = (N_("none"), N_("bronze"), N_("silver"), N_("gold"))


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came of all checks."""

    plugin: str
    version: str
    tier: Tier
    checks: list[Check]


def verify(
    name: Annotated[str, typer.Argument(help="The plugin's id, such as `acme`.")],
    path: Annotated[
        Path | None, typer.Option("--path", help="The project's folder, for a plugin that is not installed.")
    ] = None,
    tests: Annotated[
        Path | None, typer.Option("--tests", help="Where its tests are; else `tests` of the project.")
    ] = None,
    live: Annotated[
        str, typer.Option("--live", help="A device or camera of hub.toml to ask, too; it is only read.")
    ] = "",
    site: SiteOption = HERE,
    json: JsonOption = False,
) -> None:
    """Check a plugin and say which tier it reaches: bronze, silver or gold. Exit code 1 when a check fails."""
    with telling_errors():
        manifest = _find(name, path, site)
        checks = list(_checks(manifest, path, tests, live, site))
    report = Report(plugin=manifest.id, version=manifest.version, tier=tier_of(checks), checks=checks)
    if json:
        as_json(report)
    else:
        as_table(
            [_("what is asked"), _("tier"), _("result"), _("detail")],
            ((_(check.name), _(check.tier), _(_SHOWN[check.outcome]), check.detail) for check in checks),
            empty="",
        )
        say(_("{plugin} {version}: {tier}").format(plugin=report.plugin, version=report.version, tier=_(report.tier)))
    if any(check.outcome == "failed" for check in checks):
        raise SystemExit(int(Exit.FAILURE))


def _find(name: str, path: Path | None, site: Path) -> "Manifest":
    from hub.cli.plugins.plugins import found_plugins
    from hub.plugin_host import manifest_of

    if path is not None:
        sys.path.insert(0, str(path.resolve()))
        for package in (f"hub_{name}", name):
            if (path / package).exists():
                return manifest_of(package, source=str(path))
        raise PluginError(f"{path} has no folder hub_{name}.", hint="Give the folder in which the package lies.")
    for manifest in found_plugins(site):
        if name in (manifest.id, manifest.package):
            return manifest
    raise PluginError(f"There is no plugin '{name}'.", hint="`hub plugins list` shows them; or give --path.")


def _checks(manifest: "Manifest", path: Path | None, tests: Path | None, live: str, site: Path) -> Iterator[Check]:
    from hub.plugin_host import PluginHost

    yield made(N_("the manifest is complete"), "bronze", [manifest.problem] if manifest.problem else [])
    host = PluginHost()
    host.load([manifest])
    loaded = host.plugins[manifest.id]
    ready = loaded.state == "ready"
    what = ", ".join(f"{kind} {name}" for kind, name, _models in _offers(host))
    yield made(N_("registers what it announces"), "bronze", [] if ready else [loaded.reason], good=what)
    models = [model for _kind, _name, found in _offers(host) for model in found]
    yield made(N_("describes its options and refuses others"), "bronze", list(option_problems(models)))
    root = manifest.root or Path()
    yield made(N_("imports hub.api alone"), "bronze", list(foreign_imports(root, manifest.package)))
    yield _import_check(manifest, root)
    yield made(N_("has a README"), "silver", _missing(root, "README.md"))
    ran = _run_tests(tests or _tests_of(root), root.parent)
    if ran is None:
        yield Check(name=N_("keeps the contract of its kind"), tier="silver", outcome="not run", detail=_NO_TESTS)
    else:
        if CONTRACT_KINDS & set(manifest.kinds):
            yield contract_check(ran, manifest.package, manifest.kinds)
        yield time_check(ran, at_most_s=_TESTS_S)
        yield own_check(ran)
    yield made(N_("has types"), "gold", _missing(root, "py.typed"))
    yield made(N_("speaks both languages"), "gold", [] if manifest.title.zh else ["its title has no Chinese"])
    if live:
        yield _live_check(live, site, host, manifest)
    elif "vendor" in manifest.kinds:
        yield Check(name=N_("works with a real device"), tier="gold", outcome="not run", detail="--live CAM")
    host.stop()


_NO_TESTS = "no tests were found; give --tests"


def _offers(host: "PluginHost") -> list[tuple[str, str, list[Any]]]:
    """Kind, name and models of all that was registered."""
    factories = (*host.cameras.values(), *host.notifiers.values(), *host.stores.values(), *host.services.values())
    offers = [(offer.kind, offer.name, [offer.options, *filter(None, [offer.target])]) for offer in factories]
    return [
        *((str(kind), name, models) for kind, name, models in offers),
        *(("vendor", offer.name, [offer.options]) for offer in host.vendors.values()),
        *(("finder", offer.name, []) for offer in host.finders.values()),
    ]


def _missing(root: Path, file: str) -> list[str]:
    return [] if (root / file).is_file() else [f"there is no {file}"]


def _import_check(manifest: "Manifest", root: Path) -> Check:
    """In a process of its own, where nobody has imported it yet."""
    name = N_("is imported quickly, and does nothing then")
    try:
        done = _python("-c", _PROBE, manifest.package, folder=root.parent, place=root.parent, patience_s=30.0)
    except subprocess.TimeoutExpired:
        return made(name, "bronze", ["importing it takes more than 30 s"])
    if done.returncode:
        return made(name, "bronze", [done.stderr.strip().rpartition("\n")[2][:300]])
    took, threads = done.stdout.split()[-2:]
    problems = [f"importing it takes {float(took):.2f} s"] if float(took) > _IMPORT_S else []
    problems += [f"importing it starts {threads} threads"] if int(threads) else []
    return made(name, "bronze", problems, good=f"{float(took) * 1000:.0f} ms")


def _tests_of(root: Path) -> Path | None:
    """Beside the package in a project; where the hub keeps those of its own plugins, in its checkout."""
    project, checkout = root.parent, root.parent.parent
    # Beside an installed package may lie the tests of anybody.
    if (project / "pyproject.toml").is_file() and (project / "tests").is_dir():
        return project / "tests"
    ours = checkout / "tests" / "plugins" / root.name
    return ours if (checkout / "pyproject.toml").is_file() and ours.is_dir() else None


def _project_of(tests: Path) -> Path:
    """Where its author runs the tests: the folder with the settings of pytest."""
    return next((folder for folder in tests.parents if (folder / "pyproject.toml").is_file()), tests.parent)


def _run_tests(tests: Path | None, place: Path) -> list[Ran] | None:
    """How each test went; None where there are none. Raises `PluginError` when they cannot be run."""
    if tests is None:
        return None
    with tempfile.TemporaryDirectory(prefix="watchroom-verify-") as folder:
        file = Path(folder) / "ran.json"
        options = ("-q", "-p", "no:cacheprovider", "-p", "hub.testing.acceptance", "--acceptance", str(file))
        try:
            done = _python(
                *("-m", "pytest", *options, str(tests.resolve())),
                folder=_project_of(tests.resolve()),
                place=place,
                patience_s=_PATIENCE_S,
            )
        except subprocess.TimeoutExpired as error:
            raise PluginError(f"Its tests take more than {_PATIENCE_S:.0f} s.", hint="Run them with pytest.") from error
        if not file.exists():
            reason = (done.stderr or done.stdout).strip().rpartition("\n")[2][:300]
            raise PluginError(f"Its tests cannot be run: {reason}", hint=f"Try: python -m pytest {tests}")
        ran = msgspec.json.decode(file.read_bytes(), type=list[Ran])
        if not ran and done.returncode not in (0, 5):
            tail = [line for line in done.stdout.splitlines() if line.startswith(("ERROR", "E  "))][:1]
            raise PluginError(f"Its tests cannot be run: {''.join(tail)[:300]}", hint=f"Try: python -m pytest {tests}")
        return ran or None


def _python(*arguments: str, folder: Path, place: Path, patience_s: float) -> "subprocess.CompletedProcess[str]":
    """Run Python in `folder`, with the plugin, which lies in `place`."""
    places = [str(place.resolve()), *filter(None, [os.environ.get("PYTHONPATH", "")])]
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
        capture_output=True,
        text=True,
        timeout=patience_s,
    )


# --- a real device ----------------------------------------------------------------------------------------------

_QUESTIONS: Sequence[tuple[str, str]] = (
    *(("streams", "streams"), ("snapshot", "snapshot"), ("position", "ptz"), ("presets", "ptz")),
    *(("clock", "clock"), ("channels", "channels"), ("users", "users"), ("settings", "settings"), ("audit", "audit")),
)
"""What is asked besides the core of a session, and the capability that it belongs to. All of it only reads."""
_OF_A_CHANNEL = frozenset({"streams", "snapshot", "position", "presets"})
_CALL_S = 30.0
_FAREWELL_S = 5.0
_GRACE_S = 5.0
"""So long after its deadline a call must have ended: what waits for the device is cut off at the deadline."""


def _live_check(name: str, site: Path, host: "PluginHost", manifest: "Manifest") -> Check:
    from hub.cli.plugins.device import reach_named
    from hub.clock import SystemClock
    from hub.plugin_host import build_context

    reached = reach_named(site, name, host)
    if reached.driver not in {vendor for kind, vendor, _models in _offers(host) if kind == "vendor"}:
        raise PluginError(f"'{name}' is asked through the driver '{reached.driver}'.", hint=f"Not by {manifest.id}.")
    with tempfile.TemporaryDirectory(prefix="watchroom-verify-") as data:
        context = build_context(manifest.id, site=site, data=Path(data), clock=SystemClock(), language="en")
        session = host.open_session(reached.driver, reached.access, reached.options, context)
        problems, good = _ask(session, reached.access, reached.channel)
    return made(N_("works with a real device"), "gold", problems, good=good)


def _ask(session: Any, access: Any, channel: int) -> tuple[list[str], str]:
    """What a device did not answer that it should, and what it is."""
    problems: list[str] = []
    answers: dict[str, Any] = {}

    def ask(question: str, *arguments: object) -> None:
        answer = _in_time(access, access.deadline(_CALL_S), lambda: getattr(session, question)(*arguments), _CALL_S)
        if isinstance(answer, HubError):
            problems.append(f"{question}: {access.mask(answer.message)}")
        else:
            answers[question] = answer

    for question in ("describe", "capabilities", "health"):
        ask(question)
    supports = answers.get("capabilities", {})
    for question, capability in _QUESTIONS:
        if supports.get(capability) == "yes":
            ask(question, *((channel,) if question in _OF_A_CHANNEL else ()))
    access.close()
    left = _in_time(access, access.farewell(_FAREWELL_S), session.close, _FAREWELL_S)
    if isinstance(left, HubError):
        problems.append(f"close: {access.mask(left.message)}")
    info = answers.get("describe")
    good = f"{info.maker} {info.model} {info.firmware}".strip() if info is not None else ""
    return problems, f"{good}; {len(answers)} answers"


def _in_time(access: "Access", bound: AbstractContextManager[None], call: Callable[[], Any], within_s: float) -> Any:
    """What the call gives, or the `HubError` that it raises. One that heeds no deadline is left behind in its thread,
    which does not outlive this process."""
    given: list[Any] = []

    def work() -> None:
        try:
            with bound:
                given.append(call())
        except HubError as error:
            given.append(error)
        except Exception as error:  # a plugin may raise anything; it is what is being found out
            given.append(PluginError(f"it raised {type(error).__name__}, which is no error of hub.api: {error}"))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(within_s + _GRACE_S)
    if thread.is_alive() and thread.ident is not None:
        access.abort(thread.ident)
        return PluginError(f"it does not end at its deadline of {within_s:g} s.")
    return given[0]
