"""Adding a device: where it is and how to sign in, what it answers and shows, what hub.toml is to say.

The password goes to the hub and nowhere else; it is not kept as a draft. Before the hub signs in, the person says
twice that address and certificate are the right ones.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import ClassVar, NamedTuple

from msgspec.structs import replace
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Label, Select, SelectionList, Static

from hub.client import HubClient, discovery
from hub.client.discovery import (
    PROBE_S,
    AddedView,
    Adding,
    AddWish,
    CertificateView,
    FoundView,
    Place,
    ProbeView,
    SearchView,
    Target,
)
from hub.errors import ProtocolError
from hub.locale import _
from hub.tui.colours import tone
from hub.tui.forms import discover as forms
from hub.tui.forms.form import Field, Problems
from hub.tui.halfblocks import Image, decode_jpeg
from hub.tui.messages import Answer, Ask, Notice
from hub.tui.rows import discover as rows
from hub.tui.rows.row import Fact
from hub.tui.screens.shown import Shown
from hub.tui.situation import Situation
from hub.tui.widgets.entry import entry, translated, value_of
from hub.tui.widgets.facts import FactsView
from hub.tui.widgets.picture import PictureView


class AddingScreen(Shown, ModalScreen[None]):
    """Two steps: `target` asks where the device is, `cameras` what to write about it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False),
        Binding("ctrl+s", "go", show=False, priority=True),
        Binding("ctrl+l", "app.switch_language", show=False, priority=True),
    ]

    def __init__(self, situation: Situation, search: SearchView, device: FoundView | None) -> None:
        super().__init__()
        self._situation = situation
        self._search = search
        self._device = device
        self._target: Target | None = None
        """What was said twice; nothing is sent before."""
        self._probed: ProbeView | None = None
        self._image: Image | None = None
        self._waiting = False
        self._complained = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="form adding"):
            yield Static(classes="title", markup=False)
            with Horizontal(classes="found"):
                yield FactsView("adding-facts")
                yield PictureView("adding-picture")
            with VerticalScroll(classes="fields", can_focus=False):
                for field in self._fields():
                    yield from _drawn(field)
            yield Static(classes="answer", markup=False)
            with Horizontal(classes="buttons"):
                yield Button(id="submit", variant="primary", compact=True)
                yield Button(id="cancel", compact=True)

    def on_mount(self) -> None:
        self.relabel()
        self.query_one("#user" if self._device is not None and self._device.driver else "#driver").focus()

    def relabel(self) -> None:
        title = _("Write it into hub.toml") if self._probed is not None else _("Ask a device what it is")
        self.query_one(".title", Static).update(title)
        for field in self._fields():
            translated(field, self.query_one(f"#{field.name}"))
            hint = (f"  {field.hint}", tone("muted"))
            self.query_one(f"#label-{field.name}", Label).update(Text.assemble((field.label, tone("strong")), hint))
        found = self.query_one(".found")
        found.display = self._probed is not None
        if self._probed is not None:
            self.query_one(FactsView).show(rows.probe_facts(self._probed))
            caption = _("Channel {n}, now").format(n=self._probed.pictured)
            self.query_one(PictureView).show(
                self._image, Fact("", caption if self._image is not None else ""), said=_("It gave no picture.")
            )
        self.query_one("#cancel", Button).label = _("Back (Esc)")
        self._label()
        if self._complained:
            filled_in = self._read() if self._probed is None else self._read_adding()
            self._wrong(filled_in if isinstance(filled_in, dict) else {})
        if self._probed is None and self._target is not None and not self._waiting:
            self._answer(self._what_follows(self._target), "fault")

    def show(self, situation: Situation) -> None:
        self._situation = situation

    def action_back(self) -> None:
        self.dismiss()

    def action_go(self) -> None:
        self._go()

    @on(Button.Pressed, "#cancel")
    def _cancelled(self) -> None:
        self.action_back()

    @on(Button.Pressed, "#submit")
    def _go(self) -> None:
        if self._waiting:
            return
        if self._probed is None:
            self._ask_device()
        else:
            self._write()

    @on(Input.Submitted)
    def _next(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    @on(Input.Changed)
    @on(Select.Changed)
    @on(SelectionList.SelectedChanged)
    def _changed(self) -> None:
        """What was confirmed is no longer what stands there."""
        if self._probed is None and self._target is not None and self._read() != replace(self._target, approved=False):
            self._target = None
            self._answer("", "muted")
            self._label()

    def _read(self) -> Target | Problems:
        return forms.read_target(self._values(), self._search)

    def _ask_device(self) -> None:
        target = self._read()
        if isinstance(target, dict):
            self._wrong(target)
            return
        self._wrong({})
        if target.tls and not target.fingerprint:
            self._wait(_("Reading the certificate …"))
            place = Place(host=target.host, port=target.port or 443)
            self.app.post_message(Ask(self, "certificate", partial(discovery.certificate, place=place)))
        elif self._target is None:
            self._target = replace(target, approved=True)
            self._answer(self._what_follows(target), "fault")
            self._label()
            self.query_one("#submit", Button).focus()
        else:
            self._wait(_("Asking {host} …").format(host=target.host))
            self.app.post_message(Ask(self, "probe", partial(_probe, target=self._target), within_s=PROBE_S))

    def _what_follows(self, target: Target) -> str:
        how = _("over TLS") if target.tls else _("in the open network, by digest")
        place = target.url or (f"{target.host}:{target.port}" if target.port else target.host)
        said = _("The hub will sign in at {place} ({driver}) as {user}, {how}.").format(
            place=place, driver=target.driver, user=target.user or "-", how=how
        )
        return " ".join((said, _("Compare the address, and confirm; it goes on record with your name.")))

    def _read_adding(self) -> Adding | Problems:
        assert self._probed is not None
        assert self._target is not None
        return forms.read_adding(self._values(), self._target, self._probed)

    def _write(self) -> None:
        adding = self._read_adding()
        if isinstance(adding, dict):
            self._wrong(adding)
            return
        self._wrong({})
        self._wait(_("Writing"))
        self.app.post_message(Ask(self, "add", partial(_add, adding=adding), within_s=PROBE_S))

    @on(Answer)
    def _came(self, message: Answer) -> None:
        message.stop()
        self._waiting = False
        match message.answer:
            case CertificateView(fingerprint=fingerprint):
                self.query_one("#fingerprint", Input).value = fingerprint
                said = _("Compare the fingerprint with what the device itself shows, then press again.")
                # Its field may be out of sight, and shows a part of it.
                self._answer(f"{said}\n{fingerprint}", "fault")
            case _Asked(probed=probed, image=image):
                self._probed, self._image = probed, image
                self.call_later(self._next_step)
            case AddedView() as added:
                cameras = ", ".join(added.cameras)
                self.app.post_message(Notice(_("Added to hub.toml: {cameras}.").format(cameras=cameras), "good"))
                self.dismiss()
                return
            case _:
                if self._probed is None:
                    self._target = None
                self._answer(f"✗ {message.problem}", "lost")
        self._label()

    async def _next_step(self) -> None:
        self._answer("", "muted")
        fields = self.query_one(".fields", VerticalScroll)
        await fields.remove_children()
        await fields.mount_all(part for field in self._fields() for part in _drawn(field))
        self.query_one(".adding").add_class("-found")
        self.relabel()
        # Not scrolled to: its name stands above it, and goes out of sight with that.
        self.query_one("#id").focus(scroll_visible=False)
        self.call_after_refresh(fields.scroll_home, animate=False)

    def _fields(self) -> Sequence[Field]:
        if self._probed is not None:
            return forms.camera_fields(self._probed, self._search, self._situation.site)
        return forms.target_fields(self._device, self._search)

    def _values(self) -> dict[str, str]:
        return {field.name: value_of(self.query_one(f"#{field.name}")) for field in self._fields()}

    def _wrong(self, problems: Problems) -> None:
        self._complained = bool(problems)
        for field in self._fields():
            said = problems.get(field.name, "")
            self.query_one(f"#problem-{field.name}", Static).update(f"✗ {said}" if said else "")
            self.query_one(f"#{field.name}").set_class(bool(said), "-wrong")
        first = next((field.name for field in self._fields() if field.name in problems), "")
        if first:
            self.query_one(f"#{first}").focus()

    def _wait(self, said: str) -> None:
        self._waiting = True
        self._answer(said, "muted")

    def _answer(self, said: str, how: str) -> None:
        answer = self.query_one(".answer", Static)
        answer.set_classes(f"answer -{how}")
        answer.update(said)

    def _label(self) -> None:
        button = self.query_one("#submit", Button)
        if self._probed is not None:
            button.label = _("Write into hub.toml")
        else:
            button.label = _("Yes: this is the device") if self._target is not None else _("Ask the device")
        button.refresh(layout=True)


def _drawn(field: Field) -> list[Widget]:
    return [
        Label(id=f"label-{field.name}", markup=False),
        entry(field, field.initial),
        Static(id=f"problem-{field.name}", classes="problem", markup=False),
    ]


class _Asked(NamedTuple):
    """What the device answered, with its picture decoded where it has one."""

    probed: ProbeView
    image: Image | None


async def _probe(client: HubClient, target: Target) -> _Asked:
    probed = await discovery.probe(client, target)
    if not probed.picture:
        return _Asked(probed, None)
    try:
        return _Asked(probed, await asyncio.to_thread(decode_jpeg, probed.picture))
    except ProtocolError as error:
        return _Asked(replace(probed, problems=[*probed.problems, error.message]), None)


async def _add(client: HubClient, adding: Adding) -> AddedView:
    return await discovery.add(client, AddWish(adding=[adding]))
