"""Reports that rules send: made when the message goes out, and handed to the notifier with what they come to."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import structlog

from hub.automation.model import ReportWanted
from hub.core.kpi.definitions import Definition
from hub.core.reports import words as said
from hub.core.reports.model import Line, Report
from hub.core.reports.period import days_of
from hub.core.text import Language, Text
from hub.errors import DeliveryFailed, HubError, NotFound
from hub.server.problems import Malformed
from hub.server.reports.desk import ReportDesk
from hub.server.reports.pages.words import KINDS

_FIRST = ("online_time", "picture_watched", "recording", "not_judged", "false_share", "repair", "rounds", "attendance")
"""The figures that a message names; those off target come besides."""


log = structlog.get_logger("effects")


class Attached(NamedTuple):
    """What goes with a message: its title, the lines below its own, and the files."""

    title: Text = Text(en="")
    body: Text = Text(en="")
    files: tuple[Path, ...] = ()


NOTHING = Attached()
Attach = Callable[[ReportWanted], Awaitable[Attached]]


async def nothing(wanted: ReportWanted) -> Attached:
    """Makes no reports: there is no desk for them here."""
    raise DeliveryFailed("No reports are made here.", retry=False)


def attaching(desk: ReportDesk, language: Language) -> Attach:
    """What makes the reports of messages, in the language of the site. On the hub's event loop."""
    under_way: dict[ReportWanted, asyncio.Task[Attached]] = {}

    async def make(wanted: ReportWanted) -> Attached:
        kept = await desk.kept(wanted.kind, days_of(wanted.kind, wanted.day), language, clause=wanted.clause)
        return Attached(_title(kept.report), summary(kept.report, desk.address), kept.files)

    def over(task: "asyncio.Task[Attached]") -> None:
        for wanted in [each for each, other in under_way.items() if other is task]:
            del under_way[wanted]
        # Whoever asked may have given up: what became of it is asked for all the same.
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("report_not_made", reason=str(error))

    async def attach(wanted: ReportWanted) -> Attached:
        """The report, made once for all recipients. Raises `DeliveryFailed`."""
        task = under_way.get(wanted)
        if task is None:
            # It goes on when the try that asked for it ends: the next one finds it made.
            task = under_way[wanted] = asyncio.create_task(make(wanted), name=f"report {wanted.kind}")
            task.add_done_callback(over)
        try:
            return await asyncio.shield(task)
        except (NotFound, Malformed) as error:
            raise DeliveryFailed(f"The report cannot be made: {error.message}", retry=False, hint=error.hint) from error
        except HubError as error:
            raise DeliveryFailed(f"The report is not made yet: {error.message}", hint=error.hint) from error
        except OSError as error:
            raise DeliveryFailed(f"The report cannot be kept: {error.strerror or error}.") from error

    return attach


def summary(report: Report, address: str) -> Text:
    """What a report comes to in a few lines, and where it is. Pure."""
    lines = [(known, line) for section in report.sections for line in section.lines if (known := _known(report, line))]
    first = [pair for name in _FIRST for pair in lines if pair[1].figure.id == name]
    low = [pair for pair in lines if pair[1].figure.verdict == "low" and pair not in first]
    told = list({pair[1].figure.id: pair for pair in (*first, *low)}.values())
    en = [_told(known, line, "en") for known, line in told]
    zh = [_told(known, line, "zh_CN") for known, line in told]
    covered = said.percent(report.coverage)
    en.append(f"Watched: {covered} of the time.")
    zh.append(f"监视时间占比：{covered}。")
    asked = urlencode({**({"clause": report.clause} if report.clause else {}), "day": f"{report.first}"})
    if address:
        en.append(f"{address}/reports/{report.kind}?{asked}")
        zh.append(f"{address}/reports/{report.kind}?{asked}")
    else:
        command = f"hub report {report.kind} {f'{report.clause} ' if report.clause else ''}--day {report.first}"
        en.append(f"Read it with: {command}")
        zh.append(f"查看命令：{command}")
    return Text(en="\n".join(en), zh="\n".join(zh))


def _known(report: Report, line: Line) -> Definition | None:
    return report.definition(line.figure.id) if line.figure.value is not None else None


def _told(known: Definition, line: Line, language: Language) -> str:
    colon = "：" if language == "zh_CN" else ": "
    value = said.shown(line.figure.value, known.unit).in_(language)
    verdict = said.VERDICTS[line.figure.verdict].in_(language) if line.figure.verdict in ("good", "low") else ""
    return f"{known.name.in_(language)}{colon}{value}{f' ({verdict})' if verdict else ''}"


def _title(report: Report) -> Text:
    days = f"{report.first}" if report.first == report.last else f"{report.first} – {report.last}"
    name, clause = KINDS[report.kind], f" {report.clause}" if report.clause else ""
    return Text(en=f"{name.en}{clause} {days}", zh=f"{name.in_('zh_CN')}{clause} {days}")
