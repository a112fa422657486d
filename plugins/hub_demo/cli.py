"""`hub demo`: start the demo plant, look at it, disturb its cameras."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from hub_demo.desk import Person, Refusal, desk
from hub_demo.driver import cache_folder
from hub_demo.people import ADMINISTRATOR, PASSWORD, PEOPLE, make_people
from hub_demo.state import read_state
from hub_demo.work import RULE_FILE, RULES, first_day, on_duty, sign_on

app = typer.Typer(no_args_is_help=True, help="A small plant to try things on: start it, disturb its cameras.")

LEADER = "chen"
_READY_S = 90.0


def demo_folder() -> Path:
    """The demo's site: `HUB_DEMO_DIR`, else below the user's state folder."""
    from platformdirs import user_state_path

    given = os.environ.get("HUB_DEMO_DIR")
    return Path(given) if given else user_state_path("watchroom") / "demo"


@app.command()
def start(
    language: Annotated[str, typer.Option(help="en or zh_CN; default: the terminal's.")] = "",
    person: Annotated[
        str,
        typer.Option("--as", help="Who sits at the screen: an account of the plant, or `duty` for who has the watch."),
    ] = LEADER,
) -> None:
    """Set the plant up, run the hub on it, and open the control room's screen. Leaving the screen stops the plant."""
    folder = demo_folder()
    _render()
    if not (folder / "hub.toml").exists():
        _say(f"Making the demo site in {folder}")
        folder.parent.mkdir(parents=True, exist_ok=True)
        _hub("init", str(folder), "--demo", env={"HUB_ADMIN_PASSWORD": PASSWORD})
        (folder / "rules" / RULE_FILE).write_text(RULES, encoding="utf-8")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    running = _alive(folder)
    hub = None if running else _start_hub(folder)
    try:
        _wait_until_ready(folder, hub)
        person = _people_plant(folder, language, person)
        _say("People you can be (hub demo start --as …, or sign in):")
        for role, accounts in _by_role().items():
            _say(f"  {role:<14} {', '.join(accounts)}")
        _say(f"Everybody's password is {PASSWORD}")
        _say("In another terminal: hub demo cover press-1 | uncover | blur | turn | dark | cut … (hub demo --help)")
        if sys.stdin.isatty() and sys.stdout.isatty():
            environment = {"HUB_ACCOUNT": person, "HUB_PASSWORD": PASSWORD}
            arguments = ["--language", language] if language else []
            _call("tui", "--site", str(folder), *arguments, env=environment)
        elif hub is not None:
            _say("No terminal here: the hub runs until it is interrupted (Ctrl-C).")
            hub.wait()
    except KeyboardInterrupt:
        pass
    finally:
        if hub is not None and hub.poll() is None:
            # First the hub, then the word: the terminal may be gone, and the hub must not outlive it.
            hub.send_signal(signal.SIGTERM)
            with suppress(OSError):
                _say("Stopping the demo plant")
            hub.wait(timeout=20)


@app.command()
def status() -> None:
    """Say how each camera of the plant is disturbed."""
    for camera, scene in _cameras().items():
        print(f"{camera:<12} {_ask({}).get(scene, '-')}")


def _disturbing(name: str, words: str, done: str) -> Callable[[str], None]:
    def command(camera: Annotated[str, typer.Argument(help="Camera id, or all.")]) -> None:
        cameras = _cameras()
        if camera != "all" and camera not in cameras:
            _fail(f"There is no camera {camera}. There are: {', '.join(cameras)}, all.")
        for scene in cameras.values() if camera == "all" else [cameras[camera]]:
            _ask({"scene": scene, "do": name})
        print(done.format(camera=camera))

    command.__doc__ = words
    return command


for _command, _name, _words, _done in (
    ("cover", "cover", "Hang a cloth over a camera.", "{camera} is covered."),
    ("uncover", "clear", "Take away whatever disturbs a camera.", "{camera} is undisturbed."),
    ("restore", "clear", "Take away whatever disturbs a camera.", "{camera} is undisturbed."),
    ("blur", "blur", "Turn a camera's lens out of focus.", "{camera} is out of focus."),
    ("freeze", "freeze", "Let a camera repeat one picture for ever.", "{camera} is frozen."),
    ("turn", "turn", "Turn a camera away from its view.", "{camera} is turned away."),
    ("bright", "bright", "Let a camera be blinded.", "{camera} is blinded."),
    ("fog", "fog", "Breathe a haze on a camera's lens.", "{camera} is fogged."),
    ("tint", "tint", "Let a camera's colours go wrong.", "{camera} is tinted."),
    ("noise", "noise", "Let a camera's picture be full of snow.", "{camera} is noisy."),
    ("stripes", "stripes", "Lay stripes over a camera's picture.", "{camera} shows stripes."),
    ("shake", "shake", "Let a camera shake on its bracket.", "{camera} shakes."),
    ("dark", "dark", "Let a camera see nothing but black.", "{camera} is dark."),
    ("cut", "cut", "Pull a camera's cable.", "{camera} is cut off."),
):
    app.command(_command, help=_words)(_disturbing(_name, _words, _done))


def _interrupted(number: int, frame: object) -> NoReturn:
    """The terminal was closed, or somebody ended us: leave as with Ctrl-C, and take the plant along."""
    raise KeyboardInterrupt


def _render() -> None:
    from rich.console import Console
    from rich.progress import Progress

    from hub_demo.clips import render_all

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Painting the plant's pictures (once)", total=None)
        for done, total in render_all(cache_folder()):
            bar.update(task, completed=done, total=total)


def _start_hub(folder: Path) -> subprocess.Popen[bytes]:
    log = folder / "hub.log"
    _say(f"Starting the hub; its log is {log}")
    with log.open("ab") as out:
        # A session of its own: Ctrl-C in the screen must not reach the hub.
        return subprocess.Popen(
            [*_command_line(), "run", "--site", str(folder)], stdout=out, stderr=out, start_new_session=True
        )


def _wait_until_ready(folder: Path, hub: "subprocess.Popen[bytes] | None") -> None:
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline:
        if hub is not None and hub.poll() is not None:
            _fail(f"The hub ended at once. The end of its log says:\n{_tail(folder / 'hub.log')}")
        if subprocess.run([*_command_line(), "status", "--site", str(folder)], capture_output=True).returncode == 0:
            return
        time.sleep(0.3)
    _fail(f"The hub did not get ready within {_READY_S:.0f} s. See {folder / 'hub.log'}.")


def _people_plant(folder: Path, language: str, person: str) -> str:
    """Let everybody have an account, and those who are on duty sign on. Returns who sits at the screen."""
    typed_in = (
        "zh_CN" if (language or os.environ.get("LC_ALL") or os.environ.get("LANG", "")).startswith("zh") else "en"
    )
    try:
        with desk(folder) as http:
            with Person(http, ADMINISTRATOR, PASSWORD) as admin:
                now = datetime.fromisoformat(admin.ask("site")["at"])
            _say("Letting everybody of the plant in, with training and confidentiality on record")
            new = make_people(http, typed_in, now.date().isoformat())
            watching = on_duty(http)
            if person == "duty":
                person = watching[0] if watching else LEADER
            signed_on = sign_on(http, but=person)
            _say("Signed on at their posts: " + (", ".join(signed_on) or "nobody; all were, or no shift runs"))
            if len(new) == len(PEOPLE):
                first_day(http, typed_in, now)
    except (OSError, ValueError, Refusal) as error:
        _fail(f"The demo's people could not be let in: {error}")
    return person


def _by_role() -> dict[str, list[str]]:
    roles: dict[str, list[str]] = {}
    for player in PEOPLE:
        roles.setdefault(player.role, []).append(player.account)
    return {**roles, "administrator": [ADMINISTRATOR]}


def _alive(folder: Path) -> bool:
    state = _state(folder)
    if state is None:
        return False
    try:
        os.kill(int(state["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return False
    return True


def _state(folder: Path) -> dict[str, Any] | None:
    return read_state(folder / "data" / "plugins" / "demo")


def _cameras() -> dict[str, str]:
    """The plant's cameras and the scene of each."""
    try:
        site = tomllib.loads((demo_folder() / "hub.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        _fail("There is no demo plant yet. Start it with `hub demo start` (or `make demo`).")
    return {camera["id"]: camera["scene"] for camera in site.get("cameras", ()) if camera.get("driver") == "demo"}


def _ask(what: dict[str, str]) -> dict[str, str]:
    state = _state(demo_folder())
    if state is None:
        _fail("The demo plant is not running. Start it with `hub demo start` (or `make demo`).")
    try:
        with socket.create_connection(("127.0.0.1", int(state["control"])), timeout=5) as link:
            link.sendall(json.dumps({"key": state["key"], **what}).encode() + b"\n")
            answer: dict[str, str] = json.loads(link.makefile().readline(10_000) or "{}")
    except (OSError, ValueError) as error:
        _fail(f"The demo plant does not answer: {error}.")
    if "error" in answer:
        _fail(f"The demo plant says: {answer['error']}.")
    return answer


def _command_line() -> list[str]:
    return [sys.executable, "-m", "hub"]


def _hub(*arguments: str, env: dict[str, str]) -> None:
    done = subprocess.run(
        [*_command_line(), *arguments], env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        _fail(f"hub {arguments[0]} failed: {done.stderr.strip()}")


def _call(*arguments: str, env: dict[str, str]) -> None:
    subprocess.run([*_command_line(), *arguments], env={**os.environ, **env}, check=False)


def _tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
    except OSError:
        return ""


def _say(words: str) -> None:
    print(f"==> {words}", file=sys.stderr, flush=True)


def _fail(words: str) -> NoReturn:
    print(words, file=sys.stderr)
    raise SystemExit(1)
