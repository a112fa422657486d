"""The books about posts: who was there, who came late, left early or did not come. The hub is not asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.sim.agenda import Agenda
from tests.sim.book_alarms import AlarmBook
from tests.sim.book_merits import Say, nothing
from tests.sim.rota import Stint

LATE = timedelta(minutes=5)
ABSENT = timedelta(minutes=15)


@dataclass
class Place:
    """One person's part in one shift."""

    stint: Stint
    expected_at: datetime
    came: bool = False
    on_at: datetime | None = None
    gone: bool = False
    told: str = ""
    """What is on record of a person who is waited for: `late`, `absent`."""
    late: bool = False
    late_s: float = 0.0
    early_s: float = 0.0
    excused: bool = False
    unseen: bool = False
    over: bool = False

    @property
    def waited_for(self) -> bool:
        return not (self.came or self.excused or self.over)

    @property
    def here(self) -> bool:
        return self.came and not self.gone

    @property
    def verdict(self) -> str:
        if self.came:
            return "late" if self.late else "attended"
        if self.excused:
            return "excused"
        return "unseen" if self.unseen and self.told != "absent" else "absent"


@dataclass
class Present:
    person: str
    post: str
    since: datetime
    until: datetime
    forgot: bool = False
    """It is on record that the sign-off is lacking."""


@dataclass
class DutyBook:
    """Mutable. `on_presence` is told the post at which somebody came or went."""

    agenda: Agenda
    alarms: AlarmBook
    merit: Say = nothing
    on_verdict: Callable[[Place], None] = lambda place: None
    on_presence: Callable[[str], None] = lambda post: None
    running: list[Place] = field(default_factory=list)
    ended: list[Place] = field(default_factory=list)
    present: dict[str, Present] = field(default_factory=dict)
    empty_since: dict[str, datetime] = field(default_factory=dict)
    unmanned: set[str] = field(default_factory=set)
    unrelieved: set[str] = field(default_factory=set)

    def at(self, post: str) -> list[str]:
        return [each.person for each in self.present.values() if each.post == post]

    def place(self, person: str, post: str) -> Place | None:
        return next((p for p in self.running if (p.stint.person, p.stint.post) == (person, post)), None)

    def change(self, ending: list[Stint], beginning: list[Stint]) -> None:
        """Shifts end and begin, by the roster."""
        now = self.agenda.now
        for place in [place for place in self.running if place.stint in ending]:
            place.over = True
            self._no_longer(place)
            self.running.remove(place)
            self.ended.append(place)
            self.on_verdict(place)
        for stint in beginning:
            place = Place(stint, max(stint.from_at, now))
            self.running.append(place)
            there = self.present.get(stint.person)
            if there is not None and there.post == stint.post:
                place.came, place.on_at, there.until = True, there.since, stint.to_at
            else:
                self._wait(place)
        self.look()

    def started(self) -> None:
        """The hub was down: nobody could sign on."""
        for place in self.running:
            if not place.came and place.told != "absent":
                place.expected_at = max(place.expected_at, self.agenda.now)
                place.unseen = True
                self._wait(place)

    def comes(self, person: str, post: str, until: datetime, *, relieving: str = "") -> None:
        """Somebody signs on, and signs off by it whom they relieve. `until`: when the person's time there ends."""
        now = self.agenda.now
        self.present[person] = Present(person, post, now, until)
        place = self.place(person, post)
        self.agenda.plan(now + ABSENT, self.look, by_hub=True)
        if place is not None:
            place.on_at = place.on_at or now
            if not place.came:
                place.late = now >= place.expected_at + LATE
                place.late_s = (now - place.expected_at).total_seconds() if place.late else 0.0
                self._no_longer(place)
            place.came, place.gone, place.early_s = True, False, 0.0
        self.agenda.plan(until + ABSENT, self.look, by_hub=True)
        if relieving:
            self.goes(relieving, relieved=True)
            return
        self.on_presence(post)
        self.look()

    def goes(self, person: str, *, relieved: bool = False) -> None:
        """Somebody signs off, by hand or by a handover, after which nobody has left too early."""
        now = self.agenda.now
        there = self.present.pop(person)
        place = self.place(person, there.post)
        if place is not None:
            left = place.stint.to_at - now
            place.gone = True
            place.early_s = left.total_seconds() if left > LATE and not relieved else 0.0
        if there.forgot:
            self.alarms.fall("sign-off-lacking", f"{there.post} {person}")
        self.on_presence(there.post)
        self.look()

    def excuse(self, person: str, post: str) -> None:
        """A leader sends somebody else."""
        place = self.place(person, post)
        assert place is not None
        self._no_longer(place)
        place.excused = True
        self.look()

    def alone(self, person: str) -> bool:
        """Whether a person who goes now leaves the post to nobody though somebody should come."""
        post, now = self.present[person].post, self.agenda.now
        if len(self.at(post)) > 1:
            return False
        return any(place.stint.post == post and place.stint.person != person for place in self.running) or any(
            stint.post == post and stint.person != person for stint in self.coming(now + LATE)
        )

    coming: Callable[[datetime], list[Stint]] = lambda at: []
    """The shifts that are under way at an instant that is about to come."""

    def look(self) -> None:
        """Posts without anybody, relief that does not come, sign-offs that are lacking."""
        now = self.agenda.now
        posts = {place.stint.post for place in self.running}
        for post in sorted({*posts, *self.unmanned, *self.unrelieved, *self.empty_since}):
            mine = [place for place in self.running if place.stint.post == post]
            self._look_for_anybody(post, mine, now)
            self._look_for_relief(post, mine, now)
        for there in self.present.values():
            mine = [place for place in self.running if place.stint.post == there.post]
            own = any(place.stint.person == there.person for place in mine)
            name = f"{there.post} {there.person}"
            if there.forgot and own:
                there.forgot = False
                self.alarms.fall("sign-off-lacking", name)
            here = [place for place in mine if place.here]
            needed_no_more = max(there.until, min((place.on_at or now for place in here), default=there.until))
            over = needed_no_more + ABSENT <= now
            if over and not there.forgot and not own and (not mine or here):
                there.forgot = True
                self.alarms.rise("sign-off-lacking", name)
                self.merit("not-signed-off", there.person)

    def _look_for_anybody(self, post: str, mine: list[Place], now: datetime) -> None:
        if not mine or self.at(post):
            self.empty_since.pop(post, None)
            if post in self.unmanned:
                self.unmanned.discard(post)
                self.alarms.fall("post-unmanned", post)
            return
        if post not in self.empty_since:
            self.empty_since[post] = max(min(place.expected_at for place in mine), now)
            self.agenda.plan(self.empty_since[post] + LATE, self.look, by_hub=True)
        if self.empty_since[post] + LATE <= now and post not in self.unmanned:
            self.unmanned.add(post)
            self.alarms.rise("post-unmanned", post)

    def _look_for_relief(self, post: str, mine: list[Place], now: datetime) -> None:
        there = [each for each in self.present.values() if each.post == post]
        begins = min((place.stint.from_at for place in mine), default=now)
        relieved = any(each.until > begins for each in there)
        if not (there and mine and not relieved and all(place.waited_for for place in mine)):
            if post in self.unrelieved:
                self.unrelieved.discard(post)
                self.alarms.fall("relief-missing", post)
            return
        since = max(place.expected_at for place in mine) + LATE
        if since <= now and post not in self.unrelieved:
            self.unrelieved.add(post)
            self.alarms.rise("relief-missing", post)
            for place in mine:
                self.merit("relief-missing", place.stint.person)
            for each in there:
                self.merit("stayed-on", each.person)
        elif since > now:
            self.agenda.plan(since, self.look, by_hub=True)

    def _wait(self, place: Place) -> None:
        expected, name = place.expected_at, f"{place.stint.post} {place.stint.person}"

        def late() -> None:
            if place.waited_for and not place.told and place.expected_at == expected:
                place.told = "late"
                self.alarms.rise("duty-late", name)

        def absent() -> None:
            if place.waited_for and place.told == "late" and place.expected_at == expected:
                self.alarms.fall("duty-late", name)
                place.told = "absent"
                self.alarms.rise("duty-absent", name)

        self.agenda.plan(expected + LATE, late, by_hub=True)
        self.agenda.plan(expected + ABSENT, absent, by_hub=True)
        self.agenda.plan(expected + LATE, self.look, by_hub=True)

    def _no_longer(self, place: Place) -> None:
        if place.waited_for or place.over:
            name = f"{place.stint.post} {place.stint.person}"
            if place.told and not place.came and not place.excused:
                self.alarms.fall(f"duty-{place.told}", name)
