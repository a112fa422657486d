"""What watches in the benches, each as processes whose use can be read: our pool, the floor, `motion`."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

_TICKS = os.sysconf("SC_CLK_TCK")
_MOTION = """\
daemon off
setup_mode off
log_level 3
log_file {folder}/motion.log
target_dir {folder}
webcontrol_port 0
stream_port 0
width {width}
height {height}
framerate {fps}
movie_output off
picture_output off
{cameras}
"""
_MOTION_CAMERA = """\
camera_name camera{number}
netcam_url {url}
netcam_params rtsp_transport=tcp
width {width}
height {height}
framerate {fps}
"""


class Use(msgspec.Struct, frozen=True):
    """Processor seconds used so far; memory held now, pages shared with others counted once in all (PSS), and RSS."""

    cpu_s: float = 0.0
    pss_bytes: int = 0
    rss_bytes: int = 0


def use_of(pids: Sequence[int]) -> Use:
    """What these processes use, all their threads included."""
    cpu_s, pss, rss = 0.0, 0, 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        cpu_s += (int(fields[11]) + int(fields[12])) / _TICKS
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, size = line.split()[:2]
            pss += int(size) * 1024 if name == "Pss:" else 0
            rss += int(size) * 1024 if name == "Rss:" else 0
    return Use(cpu_s, pss, rss)


def machine_cpu_s() -> float:
    """Processor seconds that everything on this machine has used so far, of all processors."""
    user, nice, system, _idle, _wait, *rest = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:])
    return (user + nice + system + sum(rest[:3])) / _TICKS


def allow_many_files() -> None:
    """150 cameras at a server and three clients each need more than the 1,024 files that many systems give."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 16_384 if hard == resource.RLIM_INFINITY else min(hard, 16_384)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def start(stack: ExitStack, *command: str) -> "subprocess.Popen[bytes]":
    """A process that ends with `stack`."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def start_floor(stack: ExitStack, urls: Sequence[str], processes: int) -> "list[subprocess.Popen[bytes]]":
    """PyAV alone, the streams shared out over so many processes."""
    shares = [urls[n::processes] for n in range(processes)]
    return [start(stack, sys.executable, "-m", "bench.watch_floor", *share) for share in shares if share]


def start_motion(
    stack: ExitStack, folder: Path, urls: Sequence[str], *, width: int, height: int, fps: int
) -> "subprocess.Popen[bytes] | None":
    """Debian's motion on the same streams: detection only, nothing recorded, nothing served. None when missing."""
    if shutil.which("motion") is None:
        return None
    folder.mkdir(parents=True)
    size = {"width": width, "height": height, "fps": fps}
    lines = []
    for number, url in enumerate(urls, 1):
        path = folder / f"camera{number}.conf"
        path.write_text(_MOTION_CAMERA.format(number=number, url=url, **size))
        lines.append(f"camera {path}")
    (folder / "motion.conf").write_text(_MOTION.format(folder=folder, cameras="\n".join(lines), **size))
    return start(stack, "motion", "-n", "-c", str(folder / "motion.conf"))


def motion_version() -> str:
    """`motion 4.5.1`"""
    answer = subprocess.run(["motion", "-h"], capture_output=True, text=True, check=False).stdout.split()
    return " ".join(("motion", *answer[2:3])).rstrip(",")
