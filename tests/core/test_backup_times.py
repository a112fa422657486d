from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.core.backup_times import is_due, last_due
from hub.core.backups import BackupFailed, BackupMade, Backups, follow
from hub.core.event import Record

AT = time(3, 30)
SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"


def test_it_is_due_at_its_time_in_the_site_s_zone() -> None:
    now = datetime(2026, 3, 2, 19, 29, tzinfo=UTC)  # the 3rd, 03:29, in Shanghai
    assert last_due(now, AT, SHANGHAI) == datetime(2026, 3, 1, 19, 30, tzinfo=UTC)
    assert last_due(now + timedelta(minutes=1), AT, SHANGHAI) == datetime(2026, 3, 2, 19, 30, tzinfo=UTC)


def test_one_that_was_missed_is_due_and_one_that_was_made_is_not() -> None:
    now = datetime(2026, 3, 3, 1, tzinfo=UTC)
    assert is_due(now, None, AT, SHANGHAI)
    assert is_due(now, now - timedelta(days=3), AT, SHANGHAI)
    assert is_due(now, datetime(2026, 3, 2, 19, 29, tzinfo=UTC), AT, SHANGHAI)
    assert not is_due(now, datetime(2026, 3, 2, 19, 30, tzinfo=UTC), AT, SHANGHAI)


def test_when_clocks_change_it_is_due_once_in_the_night() -> None:
    at = time(2, 30)
    put_back = [
        last_due(datetime(2026, 10, 25, 0, 0, tzinfo=UTC) + timedelta(minutes=n), at, BERLIN) for n in range(240)
    ]
    assert len(set(put_back)) == 2, "the one of the day before, and the one of this night"
    forward = [last_due(datetime(2026, 3, 29, 0, 0, tzinfo=UTC) + timedelta(minutes=n), at, BERLIN) for n in range(240)]
    assert len(set(forward)) == 2


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.times(), st.sampled_from([SHANGHAI, BERLIN, "UTC"]))
def test_the_last_time_is_past_and_no_more_than_a_day_and_an_hour_ago(now, at, zone) -> None:
    now = now.replace(tzinfo=UTC)
    due = last_due(now, at.replace(second=0, microsecond=0), zone)
    assert timedelta() <= now - due <= timedelta(hours=25)


def test_the_state_knows_the_newest_copy_and_why_one_fails() -> None:
    made = BackupMade(archive="a.tar", folder="b", bytes=1, sha256="0", files=1, head="7:00")
    failed = BackupFailed(folder="b", reason="full")

    def record(event, seq: int) -> Record:
        at = datetime(2026, 3, 2, tzinfo=UTC)
        return Record(seq=seq, at=at, seen_at=at, actor="hub", cause=None, event=event, key=None, hash=b"")

    known = follow(Backups(), record(made, 1), made)
    failing = follow(known, record(failed, 2), failed)
    assert (failing.failing, failing.made) == ("full", made)
    assert follow(failing, record(made, 3), made).failing == ""
