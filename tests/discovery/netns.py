"""A network of its own for a test: namespaces joined by a bridge, where multicast is real and reaches nobody else.

Everything runs below one `unshare`, so an ordinary user may do it where the kernel lets users have namespaces, and all
of it is gone when that process ends.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]

_SCRIPT = r"""
set -eu
mount -t tmpfs none /run
mkdir -p /run/netns
ip link set lo up
ip link add br0 type bridge
ip link set br0 up
# Starts a program in the namespace $1 and returns when it has said `ready`.
begin() {{
    name=$1; shift
    ip netns exec $name $PYTHON -m "$@" > /run/$name.out 2>&1 &
    until grep -q ready /run/$name.out; do sleep 0.02; done
}}
i=1
for name in {names}; do
    ip netns add $name
    ip link add v$name type veth peer name eth0 netns $name
    ip link set v$name master br0 up
    ip netns exec $name ip addr add 10.77.0.$i/24 dev eth0
    ip netns exec $name ip link set lo up
    ip netns exec $name ip link set eth0 up
    ip netns exec $name ip route add default via 10.77.0.254
    i=$((i + 1))
done
{script}
"""


def in_network(names: Sequence[str], script: str, *, within_s: float = 40.0) -> str:
    """Run a shell script beside the namespaces `names`, which have the addresses 10.77.0.1, 10.77.0.2 … in order.

    `begin NAME MODULE …` starts a Python module there; `$PYTHON` is this interpreter. Returns what was written on
    stdout; fails with what was written on stderr.
    """
    run = subprocess.run(
        [
            "unshare",
            "-Urnm",
            "--kill-child",
            "--pid",
            "--fork",
            "--mount-proc",
            "sh",
            "-c",
            _SCRIPT.format(names=" ".join(names), script=script),
        ],
        cwd=ROOT,
        env={
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "PYTHON": sys.executable,
            "PYTHONPATH": f"{ROOT}:{ROOT / 'plugins'}",
        },
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
    return run.stdout
