import multiprocessing
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from hub.journal.verify import verify
from tests.journal.load import PRODUCERS, write_until_killed
from tests.journal.making import store_in

KILLS = 50


@pytest.mark.slow
def test_a_hub_killed_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.journal.load"])
    moments = random.Random(20_260_105)
    acknowledged: dict[int, str] = {}
    before = 0
    for run in range(KILLS):
        ours, theirs = processes.Pipe(duplex=False)
        writer = processes.Process(target=write_until_killed, args=(tmp_path, run, theirs), daemon=True)
        writer.start()
        theirs.close()
        told = [ours.recv() for _ in range(moments.randint(1, 60))]
        time.sleep(moments.uniform(0.0, 0.01))
        writer.kill()
        told += _rest(ours)
        writer.join(10)
        assert writer.exitcode == -9
        ours.close()

        new = {seq: key for batch in told for seq, key in batch}
        assert new
        acknowledged |= new
        store = store_in(tmp_path)
        store.open(create=True)
        written = {record.seq: record.key for record in store.read(before, 1_000_000)}
        documents = {n: store.document(f"last:{n}") for n in range(PRODUCERS)}
        store.close()
        assert new.items() <= written.items()
        assert list(written) == list(range(before + 1, before + len(written) + 1))
        for seq, key in new.items():
            assert key is not None
            _, producer, number, _ = key.split(":")
            document = documents[int(producer)]
            assert document is not None
            assert int(document.split(b":")[1]) >= int(number), f"record {seq} is there without its document"
        before += len(written)

    copy = store_in(tmp_path)
    copy.open(create=False)
    verdict = verify(copy)
    assert (verdict.ok, verdict.checked) == (True, before), verdict.problem
    kept = {record.seq: record.key for record in copy.read(0, before)}
    copy.close()
    assert acknowledged.items() <= kept.items()
    assert len(set(kept.values())) == before


def _rest(pipe: Connection) -> list[list[tuple[int, str]]]:
    """What the process had still said before it died; the last message may be half."""
    messages = []
    try:
        while True:
            messages.append(pipe.recv())
    except (EOFError, OSError):
        return messages
