"""`hub verify`: proof of the record, and of the recordings that stand in it."""

import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli.exit_codes import Exit
from hub.cli.options import HERE, JsonOption, SiteOption
from hub.cli.output import as_json, as_table, progress_bar, say, telling_errors
from hub.cli.site.journal import bad_chain, head_of, open_store
from hub.locale import N_, _, ngettext

_NOTE = "verify.note"
_LONGEST_HEADS = 64 * 1024 * 1024
_NOTED = re.compile(r"(?<![0-9a-zA-Z])(\d{1,18}):([0-9a-f]{64})(?![0-9a-zA-Z])")
_MB = 1_000_000

# Words that come out of the data; named here so that they are collected for translation.
_FLAWS = {
    "changed": N_("was changed"),
    "truncated": N_("was cut off"),
    "missing": N_("is missing"),
    "swapped": N_("holds the content of {other}"),
    "renamed": N_("lies under another name now: {other}"),
    "inserted": N_("was never recorded by the hub"),
    "copied": N_("was never recorded by the hub; it holds the content of {other}"),
    "unreadable": N_("cannot be read"),
}
_ADOPTED = {
    "journal": N_("{count} were put back on record by a restore, as the journal had them that was put aside then."),
    "folder": N_(
        "{count} were put back on record by a restore, as their lists lay in the folder: nothing proves what they were "
        "before."
    ),
}
_LIST_FLAWS = {"changed": N_("the list was changed"), "missing": N_("the list is missing")}


def verify(
    file: Annotated[
        Path | None, typer.Argument(help="A journal file, such as a copy; without it, the site's own.")
    ] = None,
    site: SiteOption = HERE,
    head: Annotated[str, typer.Option(help="A head noted before, as SEQ:HASH; finds records cut off at the end.")] = "",
    heads: Annotated[
        Path | None,
        typer.Option(help="A file in which heads were noted, such as the saved messages: every SEQ:HASH in it counts."),
    ] = None,
    recordings: Annotated[
        bool, typer.Option("--recordings", help="Also read every recording and compare it with its seal.")
    ] = False,
    camera: Annotated[str, typer.Option(help="With --recordings: only this camera.")] = "",
    from_: Annotated[str, typer.Option("--from", help="With --recordings: what began from this day or time on.")] = "",
    to: Annotated[str, typer.Option("--to", help="With --recordings: what began before.")] = "",
    rate: Annotated[
        float, typer.Option(min=0, help="With --recordings: read so many MB a second at most; 0 for all it can.")
    ] = 0.0,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="With --recordings: go on where the last time was interrupted, as it was noted."),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Prove that no record was changed, removed or inserted. Works while the hub runs. Exit code 5 when one was.

    With --recordings, that every recording is what was sealed: none changed, missing, exchanged or slipped in.
    """
    quiet = json or not sys.stderr.isatty()
    with telling_errors():
        noted = [*([head_of(head)] if head else []), *(_heads_in(heads) if heads is not None else [])]
        if recordings:
            if file is not None:
                from hub.errors import SiteError

                raise SiteError(
                    _("A copy of the journal does not know what was recorded and deleted since."),
                    hint=_("With --recordings, leave the file out."),
                )
            _verify_recordings(site, noted, camera, from_, to, rate, resume=resume, quiet=quiet, json=json)
            return
        from hub.journal.verify import verify as verify_chain

        store = open_store(site, file)
        try:
            with progress_bar(_("Verifying"), quiet=quiet) as progress:
                verdict = verify_chain(store, progress=progress, noted=noted)
        finally:
            store.close()
    if json:
        as_json(_of_chain(verdict))
    else:
        print(_said_of_chain(verdict))
    if not verdict.ok:
        raise SystemExit(int(Exit.DAMAGED))


def _verify_recordings(
    site: Path,
    noted: list[Any],
    camera: str,
    from_: str,
    to: str,
    rate: float,
    *,
    resume: bool,
    quiet: bool,
    json: bool,
) -> None:
    import threading

    from hub.clock import SystemClock
    from hub.errors import SiteError
    from hub.runtime.parts import load_parts
    from hub.runtime.plugins.parts import PluginParts
    from hub.runtime.proof.comparison import Prover
    from hub.runtime.proof.ledger import Ledger
    from hub.runtime.proof.run import Pace, Scope, run_proof
    from hub.runtime.recording.places import RecordPlaces

    parts, clock = load_parts(site), SystemClock()
    folder = parts.config.recording_folder
    if not folder.is_dir():
        raise SiteError(
            _("There is no folder of recordings {folder}.").format(folder=folder),
            hint=_("Is its disk mounted? `[recording] folder` in hub.toml names it."),
        )
    if camera and camera not in {one.id for one in parts.config.cameras} and not (folder / camera).is_dir():
        raise SiteError(_("There is no camera {camera}.").format(camera=camera), hint=_("See `hub cameras`."))
    scope = Scope(folder=str(folder.absolute()), camera=camera, span=_span(from_, to, parts.config.site.timezone))
    note = parts.data / _NOTE
    store = open_store(site, None)
    try:
        ledger = Ledger(store, folder, volume=parts.config.recording.folder, noted=noted)
        with progress_bar(_("Verifying"), quiet=quiet) as progress:
            verdict = ledger.catch_up(progress)
        index = parts.data / "recordings.db"
        plugins = PluginParts(
            parts.host, folder=site, data=parts.data, clock=clock, language=parts.config.site.language
        )
        places = RecordPlaces(index, folder, plugins.storages(parts.tables))
        prover = Prover(ledger, folder, index, clock, elsewhere=places)
        if not resume:
            note.unlink(missing_ok=True)
        pace = Pace(rate * _MB if rate else None, clock, threading.Event().wait)
        with progress_bar(_("Reading recordings"), quiet=quiet) as progress:
            done = run_proof(prover, scope, clock=clock, pace=pace, note=note, progress=progress)
        verdict = ledger.catch_up() if verdict.ok else verdict
    except OSError as error:
        raise SiteError(
            _("{file} cannot be written: {why}.").format(file=note, why=error.strerror),
            hint=_("Use the account of the operating system that runs the hub, on its machine."),
        ) from error
    finally:
        store.close()
    lists = ledger.damaged_lists()
    ok = verdict.ok and not lists and not done.outcome.damages
    if json:
        found = {
            "chain": verdict.ok,
            "recordings": done.outcome,
            "lists": lists,
            "elsewhere": ledger.elsewhere,
            "adopted": ledger.adopted,
        }
        as_json({**_of_chain(verdict), **found, "ok": ok})
    else:
        print(_said_of_chain(verdict))
        _say_recordings(done, lists, ledger.elsewhere)
        for how, count in ledger.adopted.items():
            print(_(_ADOPTED[how]).format(count=count))
    if not ok:
        raise SystemExit(int(Exit.DAMAGED))


def _of_chain(verdict: Any) -> dict[str, Any]:
    return {
        "ok": verdict.ok,
        "checked": verdict.checked,
        "head": f"{verdict.head.seq}:{verdict.head.hash.hex()}",
        "first_bad_seq": verdict.first_bad_seq,
        "problem": verdict.problem,
    }


def _said_of_chain(verdict: Any) -> str:
    if not verdict.ok:
        return bad_chain(verdict)
    whole = ngettext(
        "1 record, the chain is whole. Head {head}", "{count} records, the chain is whole. Head {head}", verdict.checked
    )
    return whole.format(count=verdict.checked, head=f"{verdict.head.seq}:{verdict.head.hash.hex()}")


def _say_recordings(done: Any, lists: list[Any], elsewhere: dict[str, int]) -> None:
    outcome = done.outcome
    if done.resumed_bytes:
        say(
            _(
                "Gone on from where it was interrupted: {size} MB had been read before and are taken from the note."
            ).format(size=round(done.resumed_bytes / _MB))
        )
    for one in lists:
        print(f"{one.manifest}: {_(_LIST_FLAWS[one.flaw])}. {one.detail}")
    for one in outcome.damages:
        print(f"{one.segment}: {said_of(one)}")
    print(
        ngettext(
            "1 recording, {size} MB, is as it was sealed.",
            "{count} recordings, {size} MB, are as they were sealed.",
            outcome.segments,
        ).format(count=outcome.segments, size=round(outcome.bytes / _MB))
    )
    if outcome.removed:
        print(_("{count} more were deleted by their rules, as the record says.").format(count=outcome.removed))
    if outcome.unvouched:
        print(
            _("For {count} of these it says so only after the newest head that was noted: look at them.").format(
                count=outcome.unvouched
            )
        )
    if outcome.away:
        print(_("{count} lie in storages that could not be read: they are not proven.").format(count=outcome.away))
    for folder, count in elsewhere.items():
        print(
            _("{count} were sealed in another folder, {folder}: they are not proven.").format(
                count=count, folder=folder
            )
        )
    if outcome.waiting:
        print(_("{count} wait for the next seal.").format(count=outcome.waiting))
    if outcome.damages:
        print(
            ngettext(
                "1 recording is not as it was sealed.",
                "{count} recordings are not as they were sealed.",
                len(outcome.damages),
            ).format(count=len(outcome.damages))
        )
    if outcome.clocks:
        rows = (
            (camera, f"{known.segments}", f"{known.least_s:+.1f} s", f"{known.most_s:+.1f} s")
            for camera, known in sorted(outcome.clocks.items())
        )
        columns = [_("camera"), _("recordings"), _("its clock ahead, least"), _("most")]
        as_table(columns, rows, empty="")


def said_of(damage: Any) -> str:
    """What is wrong with a recording, in words."""
    flaw = "copied" if damage.flaw == "inserted" and damage.other else damage.flaw
    return _(_FLAWS[flaw]).format(other=damage.other)


def _span(from_: str, to: str, zone: str) -> Any:
    from datetime import UTC, datetime

    from hub.cli.typed_times import since_when
    from hub.core.recorded import Span

    if not from_ and not to:
        return None
    begin = since_when(from_, zone) if from_ else datetime(1970, 1, 1, tzinfo=UTC)
    end = since_when(to, zone) if to else datetime(9999, 1, 1, tzinfo=UTC)
    return Span(begin.astimezone(UTC), end.astimezone(UTC))


def _heads_in(file: Path) -> list[Any]:
    from hub.errors import SiteError
    from hub.journal.log import Head

    try:
        with file.open("rb") as noted:
            text = noted.read(_LONGEST_HEADS).decode("utf-8", "replace")
    except OSError as error:
        raise SiteError(_("{file} cannot be read: {why}.").format(file=file, why=error.strerror)) from error
    found = sorted({(int(seq), digest) for seq, digest in _NOTED.findall(text)})
    if not found:
        raise SiteError(
            _("There is no head in {file}.").format(file=file),
            hint=_("A head looks like 1207:9f2c… and `hub verify` prints it."),
        )
    return [Head(seq, bytes.fromhex(digest)) for seq, digest in found]
