"""Runs the hub of a site again and again, and ends each of them with SIGKILL at a random moment."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import msgspec

from tests.chaos.process import Order, run_hub

READY_S = 60.0
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.chaos.process"])


class Running(msgspec.Struct, frozen=True):
    """One process of the hub."""

    process: BaseProcess
    pipe: Connection

    def wait_until_ready(self, within_s: float = READY_S) -> None:
        assert self.pipe.poll(within_s), "the hub did not become ready"
        assert self.pipe.recv() == "ready"

    def kill(self) -> None:
        self.process.kill()
        self.process.join(10)
        assert self.process.exitcode == -signal.SIGKILL, f"it had ended by itself with {self.process.exitcode}"

    def end(self) -> None:
        """Stop it as a service is stopped."""
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGTERM)
        self.process.join(20)
        assert self.process.exitcode == 0


def warm_up() -> None:
    """Have everything read that processes of the hub are forked with: the first one would take seconds longer."""
    first = _PROCESSES.Process(target=int)
    first.start()
    first.join(60)


@contextmanager
def running(order: Order) -> Iterator[Running]:
    """A hub that is starting; at the end nothing is left of it."""
    ours, theirs = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=run_hub, args=(order, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        yield Running(process, ours)
    finally:
        if process.is_alive():
            process.kill()
            process.join(10)
        ours.close()


def start_s(order: Order) -> float:
    """How long a hub takes to be ready here and now, in seconds."""
    began = time.monotonic()
    with running(order) as hub:
        hub.wait_until_ready()
        took_s = time.monotonic() - began
        hub.kill()
    return took_s


def kill_again_and_again(
    order: Order, times: int, dice: random.Random, starts_in_s: float, *, while_down: Callable[[int], None]
) -> None:
    """Kill the hub `times` times: while it starts, as soon as it is ready, and while it works.

    `while_down` is called after each of them with its number.
    """
    for number in range(times):
        with running(order) as hub:
            match number % 3:
                case 0:
                    time.sleep(dice.uniform(0.0, starts_in_s))
                case 1:
                    hub.wait_until_ready()
                    time.sleep(dice.uniform(0.0, 0.05))
                case _:
                    hub.wait_until_ready()
                    time.sleep(dice.uniform(0.05, 1.0))
            hub.kill()
        while_down(number)
