"""What becomes of saved files while the hub runs."""

import asyncio
from pathlib import Path

from hub.config.tables import has_chinese
from hub.core.alarms.events import AlarmRaised, AlarmReturned
from hub.core.catalogue import ConfigAccepted, ConfigRejected, HubStopped, RulesLoaded, SiteConfigured, WorkerDied
from hub.core.findings import SignalLost
from tests.runtime.sites import CONFIG_RULE, HEAD, LOST_RULE, RunningHub, add_plugin, camera, make_site, running_hub

BROKEN = """
[[rule]]
id = "lost"
on = "signal.lots"
forr = "3s"
do = [{ alarm = "signal", priority = "urgent" }]
"""


def digests(run: RunningHub) -> dict[str, str]:
    return {rule.id: rule.digest for rule in run.hub.rules}


async def test_a_broken_rule_file_is_rejected_once_with_every_problem_and_the_last_good_one_goes_on(
    tmp_path: Path, closed_port: int
) -> None:
    hub_toml = HEAD + camera("gate", f"rtsp://127.0.0.1:{closed_port}/x")
    site = make_site(tmp_path, hub_toml, lost=LOST_RULE.replace("FOR", "3s"), config=CONFIG_RULE)
    file = site / "rules" / "lost.toml"
    async with running_hub(site) as run:
        lost = await run.until(SignalLost, camera="gate")
        before = digests(run)
        file.write_text(BROKEN, encoding="utf-8")
        rejected = await run.until(ConfigRejected, file="rules/lost.toml")
        alarm = await run.until(AlarmRaised, rule="config-rejected")
        assert alarm.event.subject == "file:rules/lost.toml"
        problems = [problem.en for problem in rejected.event.problems]
        assert all(has_chinese(problem.zh) for problem in rejected.event.problems)
        assert {problem.split(":")[0] for problem in problems} == {"rules/lost.toml"}
        lines = {problem.split(":")[1] for problem in problems}
        assert {"2", "4", "5", "6"} <= lines, problems
        assert digests(run) == before
        # The timer that was running goes on, and fires at its time.
        raised = await run.until(AlarmRaised, rule="lost")
        assert 2.9 <= (raised.seen_at - lost.seen_at).total_seconds() < 4.5

        file.write_text(BROKEN + "\n# saved again, as broken as before\n", encoding="utf-8")
        await asyncio.sleep(1.0)
        assert len(run.records(ConfigRejected)) == 1

        file.write_text(LOST_RULE.replace("FOR", "3s") + "# mended\n", encoding="utf-8")
        await run.until(ConfigAccepted, file="rules/lost.toml")
        await run.until(AlarmReturned, alarm=alarm.event.alarm)
        await asyncio.sleep(0.1)
        assert len(run.records(AlarmRaised)) == 2, "a mended file with the same rules starts nothing anew"
        assert len([r for r in run.records(RulesLoaded) if r.event.file == "rules/lost.toml"]) == 1


async def test_rules_that_go_by_broken_defaults_go_on_as_they_were(tmp_path: Path) -> None:
    site = make_site(tmp_path, HEAD, config=CONFIG_RULE, defaults='[defaults]\ncooldown = "10m"\n')
    defaults = site / "rules" / "defaults.toml"
    async with running_hub(site) as run:
        before = digests(run)
        defaults.write_text('[defaults]\ncooldown = "ten minutes"\n', encoding="utf-8")
        rejected = await run.until(ConfigRejected)
        assert rejected.event.file == "rules/defaults.toml"
        assert [problem.en.split(": ")[0] for problem in rejected.event.problems] == ["rules/defaults.toml:2:12"]
        await run.until(AlarmRaised, rule="config-rejected")
        assert digests(run) == before

        defaults.write_text('[defaults]\ncooldown = "20m"\n', encoding="utf-8")
        await run.until(ConfigAccepted, file="rules/defaults.toml")
        await run.until(RulesLoaded, count=2, file="rules/config.toml")
        assert digests(run) != before


async def test_a_broken_file_that_is_taken_away_is_no_longer_held_against_the_site(tmp_path: Path) -> None:
    site = make_site(tmp_path, config=CONFIG_RULE)
    async with running_hub(site) as run:
        (site / "rules" / "new.toml").write_text(BROKEN, encoding="utf-8")
        await run.until(ConfigRejected, file="rules/new.toml")
        (site / "rules" / "new.toml").unlink()
        await run.until(ConfigAccepted, file="rules/new.toml")
        assert run.hub.core.state.config_problems == {}


async def test_problems_that_were_mended_while_the_hub_was_down_are_over_at_the_start(tmp_path: Path) -> None:
    site = make_site(tmp_path, config=CONFIG_RULE)
    async with running_hub(site) as run:
        (site / "rules" / "new.toml").write_text(BROKEN, encoding="utf-8")
        await run.until(AlarmRaised, rule="config-rejected")
    (site / "rules" / "new.toml").unlink()
    async with running_hub(site) as run:
        await run.until(AlarmReturned, within_s=3)


async def test_cameras_come_and_go_with_hub_toml_and_the_others_are_not_disturbed(
    tmp_path: Path, closed_port: int
) -> None:
    url = f"rtsp://127.0.0.1:{closed_port}/x"
    site = make_site(tmp_path, HEAD + camera("a", url) + camera("b", url), lost=LOST_RULE.replace("FOR", "1s"))
    file = site / "hub.toml"
    async with running_hub(site) as run:
        await run.until(SignalLost, camera="a")
        await run.until(AlarmRaised, subject="camera:b")
        worker = run.hub.pool.processes
        reconnects = run.hub.watching.statuses["a"].reconnects

        file.write_text(HEAD + camera("a", url) + camera("c", url), encoding="utf-8")
        configured = await run.until(SiteConfigured, count=2)
        assert [known.id for known in configured.event.site.cameras] == ["a", "c"]
        await run.until(SignalLost, camera="c")
        returned = await run.until(AlarmReturned)
        assert returned.cause is not None
        assert set(run.hub.watching.statuses) == {"a", "c"}
        assert run.hub.pool.processes == worker
        assert run.hub.watching.statuses["a"].reconnects >= reconnects
        assert len([record for record in run.records(SignalLost) if record.event.camera == "a"]) == 1
        assert run.records(WorkerDied) == []


async def test_a_broken_hub_toml_keeps_the_last_good_one(tmp_path: Path, closed_port: int) -> None:
    url = f"rtsp://127.0.0.1:{closed_port}/x"
    site = make_site(tmp_path, HEAD + camera("a", url), config=CONFIG_RULE)
    async with running_hub(site) as run:
        broken = HEAD.replace("[watch]\n", "[watch]\nworkerz = 3\n") + camera("b", url).replace("hall", "nowhere")
        (site / "hub.toml").write_text(broken, encoding="utf-8")
        rejected = await run.until(ConfigRejected, file="hub.toml")
        assert len(rejected.event.problems) == 2
        assert all(problem.en.startswith("hub.toml:") for problem in rejected.event.problems)
        assert [known.id for known in run.hub.core.state.site.cameras] == ["a"]
        await run.until(AlarmRaised, rule="config-rejected")
        (site / "hub.toml").write_text(HEAD + camera("a", url), encoding="utf-8")
        await run.until(ConfigAccepted, file="hub.toml")


async def test_what_needs_a_restart_is_said(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    async with running_hub(site) as run:
        (site / "hub.toml").write_text(HEAD.replace("workers = 1", "workers = 2"), encoding="utf-8")
        async with asyncio.timeout(5):
            while not run.hub.backend.health().messages:
                await asyncio.sleep(0.05)
        (message,) = run.hub.backend.health().messages
        assert "[watch] workers" in message


async def test_changed_storages_and_services_are_among_what_needs_a_restart(tmp_path: Path) -> None:
    site = make_site(tmp_path, HEAD)
    nas = f'[[storages]]\nid = "nas"\nvia = "disk"\npath = "{tmp_path / "nas"}"\n'
    log_server = '[plugins.syslog]\nhost = "127.0.0.1"\n'
    async with running_hub(site) as run:
        (site / "hub.toml").write_text(HEAD + nas + log_server, encoding="utf-8")
        async with asyncio.timeout(5):
            while not run.hub.backend.messages:
                await asyncio.sleep(0.05)
        said = "Restart the hub to put the change of [[storages]], [plugins.syslog] in force."
        assert run.hub.backend.messages == [said]
        (site / "hub.toml").write_text(HEAD, encoding="utf-8")
        async with asyncio.timeout(5):
            while run.hub.backend.messages:
                await asyncio.sleep(0.05)


async def test_a_failed_plugin_does_not_keep_changes_from_being_taken_up(tmp_path: Path, closed_port: int) -> None:
    site = make_site(tmp_path, HEAD)
    name = add_plugin(site, "raise RuntimeError('broken at import')", kinds=["notifier"])
    uses_it = HEAD.replace("send = [{", f'send = [{{ via = "{name}", to = "x" }}, {{')
    (site / "hub.toml").write_text(uses_it, encoding="utf-8")
    async with running_hub(site) as run:
        changed = uses_it + camera("a", f"rtsp://127.0.0.1:{closed_port}/x")
        (site / "hub.toml").write_text(changed, encoding="utf-8")
        await run.until(SiteConfigured, count=2)
        await run.until(SignalLost, camera="a")
        assert run.records(ConfigRejected) == []


async def test_the_reason_of_a_stop_is_on_record(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    async with running_hub(site) as run:
        run.hub.request_stop("maintenance of the power supply")
        run.hub.request_stop("something later")
    async with running_hub(site) as run:
        assert [record.event.reason for record in run.records(HubStopped)] == ["maintenance of the power supply"]
