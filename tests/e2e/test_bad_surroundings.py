"""What a hub does about files, ports, folders and disks that are not as they should be."""

import os
import re
import socket
import subprocess

from hub.core.catalogue import HubStarted, HubStopped, JournalBlockedFor
from hub.core.findings import CameraRetried
from hub.errors import JournalBlocked
from tests.e2e.conftest import MakeSite
from tests.e2e.disks import small_disk
from tests.e2e.hubs import HUB, Site, busy_person

POSITION = re.compile(r"^(hub\.toml|rules/[a-z]+\.toml):(\d+):(\d+): ")


def problems_of(words: str) -> list[tuple[str, int, int]]:
    found = [POSITION.match(line) for line in words.splitlines()]
    return [(match[1], int(match[2]), int(match[3])) for match in found if match]


def test_a_broken_site_does_not_run_and_every_problem_is_named_with_its_place(site: Site) -> None:
    hub_toml = (site.folder / "hub.toml").read_text(encoding="utf-8")
    site.write(hub_toml.replace("lost_after_s = 6", 'lost_after_s = "six"').replace("learn_s", "lern_s"))
    done = site.hub("run", code=2)
    assert [file for file, _, _ in problems_of(done.stderr)] == ["hub.toml", "hub.toml"], done.stderr
    assert "learn_s" in done.stderr, "the key that was meant is suggested"
    checked = site.json("check", code=2)
    assert [(p["file"], p["line"], p["column"]) for p in checked["problems"]] == problems_of(done.stderr)
    assert not site.data.joinpath("journal.db").exists()


def test_a_broken_rule_file_and_a_broken_table_are_named_together(site: Site) -> None:
    site.add_rules('[[rule]]\nid = "x"\ntitle = "X"\non = "signal.lots"\ndo = [{ notify = "dutty" }]\n')
    site.append('\n[plugins.mail]\nhost = "mail.example.com"\nform = "hub@example.com"\n')
    done = site.hub("run", code=2)
    named = problems_of(done.stderr)
    assert {(file, line) for file, line, _ in named if file == "rules/own.toml"} == {
        ("rules/own.toml", 4),
        ("rules/own.toml", 5),
    }
    assert any(file == "hub.toml" for file, _, _ in named)
    assert "signal.lost" in done.stderr
    assert "`duty`" in done.stderr


def test_there_is_no_site(make_site: MakeSite) -> None:
    done = make_site("nowhere").hub("run", code=2)
    assert "hub init" in done.stderr


def test_a_port_in_use_is_said_before_anything_is_on_record(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        site.append(f'\n[api]\ntcp = "127.0.0.1:{port}"\n')
        done = site.hub("run", code=2)
    assert f"Port {port}" in done.stderr
    assert "in use" in done.stderr
    assert site.records(HubStarted) == []
    site.start()
    assert len(site.records(HubStarted)) == 1


def test_a_second_hub_on_the_same_site_is_refused_and_the_first_goes_on(site: Site) -> None:
    site.start()
    done = site.hub("run", code=2)
    assert "another hub" in done.stderr or "runs on this site already" in done.stderr
    assert site.json("status")["health"]["journal"]["blocked"] == ""
    assert len(site.records(HubStarted)) == 1
    assert site.records(HubStopped) == []


def test_a_data_folder_that_cannot_be_used_is_said_with_the_way_out(site: Site) -> None:
    site.data.chmod(0o500)
    wrap: list[str] = []
    if os.geteuid() == 0:
        # Root may write everywhere: without these two capabilities it is a user like any other.
        os.chown(site.data, 12_345, 12_345)
        wrap = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
    try:
        done = subprocess.run(
            [*wrap, *HUB, "run", "--site", str(site.folder)], env=site.env, capture_output=True, text=True, timeout=30
        )
    finally:
        site.data.chmod(0o700)
    assert done.returncode == 2, done.stderr
    assert str(site.data) in done.stderr
    assert "permission denied" in done.stderr
    assert "owns" in done.stderr or "own it" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_a_full_disk_the_hub_says_so_loses_nothing_it_acknowledged_and_goes_on_when_there_is_space(
    make_site: MakeSite, closed_port: int
) -> None:
    site = make_site()
    with small_disk(site.data, lambda: site.pid) as disk:
        site.init().add_camera("gate", f"rtsp://127.0.0.1:{closed_port}/x")
        site.start()
        with busy_person(site, "gate") as person:
            site.recorded(CameraRetried, count=3)
            disk.fill()
            site.until(lambda: _blocked(site), 30, "the journal is blocked")
            assert _blocked(site) in site.hub("status").stdout
            site.until(lambda: person.refusals, 20, "whoever asks now is told that it cannot be done")
            assert isinstance(person.refusals[0], JournalBlocked)
            acknowledged = len(person.acknowledged)
            assert site.process is not None
            assert site.process.poll() is None
            disk.free()
            blocked = site.recorded(JournalBlockedFor, 15)
            assert blocked.event.seconds > 5
            assert blocked.event.reason
            site.until(lambda: len(person.acknowledged) >= acknowledged + 3, 15, "it goes on by itself")
            assert _blocked(site) == ""
        assert set(person.acknowledged) <= {record.seq for record in site.records(CameraRetried)}
        assert site.json("verify")["ok"]
        site.stop()
        assert len(site.records(HubStopped)) == 1
        site.end()


def test_a_hub_on_a_full_disk_can_be_stopped(make_site: MakeSite, closed_port: int) -> None:
    site = make_site()
    with small_disk(site.data, lambda: site.pid) as disk:
        site.init().add_camera("gate", f"rtsp://127.0.0.1:{closed_port}/x")
        site.start()
        with busy_person(site, "gate") as person:
            site.recorded(CameraRetried)
            disk.fill()
            site.until(lambda: _blocked(site), 30, "the journal is blocked")
            assert site.stop() < 10
        assert site.process is not None
        assert site.process.returncode == 0, site.words()[-2000:]
        assert "Traceback" not in site.words()
        disk.free()
        # The journal's own file may have room for one small record more, however full the disk is.
        recorded = bool(site.records(HubStopped))
        assert recorded != ("stop_not_recorded" in site.words())
        site.start()
        last = "clean" if recorded else "unclean"
        assert [record.event.last_stop for record in site.records(HubStarted)] == ["first", last]
        assert set(person.acknowledged) <= {record.seq for record in site.records(CameraRetried)}
        assert site.json("verify")["ok"]
        site.end()


def _blocked(site: Site) -> str:
    words: str = site.json("status")["health"]["journal"]["blocked"]
    return words
