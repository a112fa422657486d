"""What every store of the journal must do."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import pytest

from hub.errors import SiteError
from hub.plugin_host import Kind, PluginHost
from hub.ports import OutboxEntry, PluginContext, Store, StoredRecord, Transaction
from hub.testing.contracts.plugin import PluginContract

_START_US = 1_767_600_000_000_000


def make_record(
    seq: int, *, wire_name: str = "view.obstructed", camera: str = "gate-1", **changes: Any
) -> StoredRecord:
    """A record as the journal would hand it to the store; `changes` replace its fields."""
    body = json.dumps({"camera": camera, "detail": "画面大部分被遮挡"}, ensure_ascii=False).encode()
    at_us = _START_US + seq * 1_000_000
    record = StoredRecord(
        seq, at_us, at_us + 250, "watch", None, wire_name, 1, body, f"key-{seq}", bytes([seq % 256]) * 32
    )
    return record._replace(**changes)


def make_entry(key: str, **changes: Any) -> OutboxEntry:
    """An outbox entry; `changes` replace its fields."""
    fields: dict[str, Any] = {
        "key": key,
        "kind": "message",
        "payload": b'{"to":"duty"}',
        "cause": 1,
        "created_at_us": _START_US,
        "next_at_us": _START_US,
    }
    return OutboxEntry(**(fields | changes))


class StoreContract(PluginContract):
    """Subclass it as `TestMyStore` and set `module` and `name`; give the fixture `options` where it needs some."""

    kind: ClassVar[Kind] = "store"

    def build(self, host: PluginHost, options: Mapping[str, Any], context: PluginContext) -> Store:
        return host.build_store(self.name, self.offer(host).options.model_validate(options), context)

    @pytest.fixture
    def store(self, host: PluginHost, options: Mapping[str, Any], context: PluginContext) -> Iterator[Store]:
        store = self.build(host, options, context)
        store.open(create=True)
        yield store
        store.close()

    def test_a_store_that_is_not_there_is_made_only_on_request(
        self, host: PluginHost, options: Mapping[str, Any], context: PluginContext
    ) -> None:
        store = self.build(host, options, context)
        with pytest.raises(SiteError):
            store.open(create=False)
        store.open(create=True)
        assert store.head() is None
        assert store.read(0, 10) == []
        store.close()

    def test_what_is_committed_is_read_back_exactly(self, store: Store) -> None:
        records = [
            make_record(1),
            make_record(2, key=None, cause=1, actor="account:王伟", version=3),
            make_record(3, body=json.dumps({"text": "\u2028'\"\\ 😀" * 20_000}).encode()),
        ]
        store.commit([Transaction(records=records)])
        assert store.read(0, 10) == records
        assert store.head() == records[-1]

    def test_reading_goes_on_after_a_position_and_stops_at_the_limit(self, store: Store) -> None:
        store.commit([Transaction(records=[make_record(seq) for seq in range(1, 11)])])
        assert [record.seq for record in store.read(4, 3)] == [5, 6, 7]
        assert [record.seq for record in store.read(9, 100)] == [10]
        assert store.read(10, 100) == []

    def test_reading_on_may_be_kept_to_some_types(self, store: Store) -> None:
        names = ("signal.lost", "view.obstructed", "view.clear")
        store.commit([Transaction(records=[make_record(seq, wire_name=names[seq % 3]) for seq in range(1, 13)])])
        assert [record.seq for record in store.read(3, 3, types=["signal.lost"])] == [6, 9, 12]
        assert [record.seq for record in store.read(0, 4, types=iter(names[1:]))] == [1, 2, 4, 5]
        assert store.read(0, 4, types=["never.happened"]) == []

    def test_everything_is_there_after_opening_again(
        self, host: PluginHost, options: Mapping[str, Any], context: PluginContext
    ) -> None:
        first = self.build(host, options, context)
        first.open(create=True)
        first.commit(
            [Transaction(records=[make_record(1)], outbox_new=[make_entry("a")], documents={"position": b"\x00\xff1"})]
        )
        first.close()
        second = self.build(host, options, context)
        second.open(create=False)
        assert second.read(0, 10) == [make_record(1)]
        assert second.document("position") == b"\x00\xff1"
        assert [entry.key for entry in second.outbox_due(_START_US, 10)] == ["a"]
        second.close()

    def test_several_transactions_are_committed_in_order(self, store: Store) -> None:
        store.commit(
            [
                Transaction(records=[make_record(1)], documents={"position": b"1"}),
                Transaction(records=[make_record(2), make_record(3)], documents={"position": b"3"}),
                Transaction(documents={"other": b""}),
            ]
        )
        assert [record.seq for record in store.read(0, 10)] == [1, 2, 3]
        assert store.document("position") == b"3"
        assert store.document("other") == b""
        assert store.document("never written") is None

    def test_the_newest_records_are_found_by_type_and_subject_oldest_first(self, store: Store) -> None:
        store.commit(
            [
                Transaction(
                    records=[
                        make_record(
                            seq,
                            wire_name="signal.lost" if seq % 3 == 0 else "view.obstructed",
                            camera="gate-1" if seq % 2 else "yard-2",
                        )
                        for seq in range(1, 13)
                    ]
                )
            ]
        )

        def found(limit: int, **filters: Any) -> Sequence[int]:
            return [record.seq for record in store.read_last(limit, **filters)]

        assert found(3) == [10, 11, 12]
        assert found(2, types=["signal.lost"]) == [9, 12]
        assert found(10, types=["signal.lost", "view.obstructed"], before=4) == [1, 2, 3]
        assert found(10, subject="camera:yard-2", types=["signal.lost"]) == [6, 12]
        assert found(2, subject="camera:gate-1", before=9) == [5, 7]
        assert found(10, subject="camera:gate") == []
        assert found(10, types=["never.happened"]) == []

    def test_keys_that_are_known_are_told_with_their_record(self, store: Store) -> None:
        store.commit([Transaction(records=[make_record(seq) for seq in range(1, 6)])])
        assert store.known_keys(["key-2", "key-5", "key-9"]) == {"key-2": 2, "key-5": 5}
        assert store.known_keys([]) == {}
        assert store.known_keys(f"key-{n}" for n in range(3_000)) == {f"key-{n}": n for n in range(1, 6)}

    def test_the_outbox_gives_what_is_due_oldest_first(self, store: Store) -> None:
        store.commit(
            [
                Transaction(
                    outbox_new=[
                        make_entry("later", next_at_us=_START_US + 60_000_000),
                        make_entry("second", next_at_us=_START_US - 1),
                        make_entry("first", next_at_us=_START_US - 2),
                    ]
                )
            ]
        )
        assert [entry.key for entry in store.outbox_due(_START_US, 10)] == ["first", "second"]
        assert [entry.key for entry in store.outbox_due(_START_US, 1)] == ["first"]
        assert store.outbox_due(_START_US - 3, 10) == []
        assert store.outbox_due(_START_US, 10)[0] == make_entry("first", next_at_us=_START_US - 2)

    def test_an_entry_that_is_in_the_outbox_is_not_put_in_again(self, store: Store) -> None:
        store.commit([Transaction(outbox_new=[make_entry("a")])])
        store.commit([Transaction(outbox_changed=[make_entry("a", state="done", attempts=1)])])
        store.commit([Transaction(outbox_new=[make_entry("a")])])
        assert store.outbox_due(_START_US, 10) == []
        counts = {state: count for state, count in store.outbox_counts().items() if count}
        assert counts == {"done": 1}

    def test_an_entry_that_is_put_off_comes_due_again(self, store: Store) -> None:
        store.commit([Transaction(outbox_new=[make_entry("a"), make_entry("b")])])
        put_off = make_entry("a", attempts=1, next_at_us=_START_US + 5_000_000)
        store.commit([Transaction(outbox_changed=[put_off, make_entry("b", state="failed")])])
        assert store.outbox_due(_START_US, 10) == []
        assert store.outbox_due(_START_US + 5_000_000, 10) == [put_off]
        counts = {state: count for state, count in store.outbox_counts().items() if count}
        assert counts == {"pending": 1, "failed": 1}

    def test_readers_in_other_threads_see_whole_transactions_only(self, store: Store) -> None:
        batch, rounds = 20, 25
        torn: list[int] = []
        finished = threading.Event()

        def look() -> None:
            while not finished.is_set():
                seen = len(store.read(0, batch * rounds))
                if seen % batch:
                    torn.append(seen)
                store.head()

        readers = [threading.Thread(target=look) for _ in range(2)]
        for reader in readers:
            reader.start()
        for turn in range(rounds):
            first = turn * batch + 1
            store.commit([Transaction(records=[make_record(seq) for seq in range(first, first + batch)])])
        finished.set()
        for reader in readers:
            reader.join(10)
        assert not any(reader.is_alive() for reader in readers)
        assert torn == []
        assert len(store.read(0, 10_000)) == batch * rounds

    def test_closing_twice_does_no_harm(self, store: Store) -> None:
        store.close()
        store.close()
