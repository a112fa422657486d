"""What the control room is like at a handover (clause 3.5): the questions, and whether they are answered."""

from collections.abc import Sequence

from hub.core.posts.commands import RoomAnswer
from hub.core.rounds.kinds import AnyItem, Measured, Number, Photo, YesNo
from hub.core.state import State
from hub.core.text import Text
from hub.errors import WrongState

ROUND = "room"
"""The kind of round in rules/rounds.toml whose questions about the room are asked."""

USUAL: tuple[AnyItem, ...] = (
    YesNo(id="clean", ask=Text(en="Clean and tidy", zh="清洁整齐")),
    YesNo(id="dry", ask=Text(en="Dry", zh="干燥")),
    YesNo(id="ventilated", ask=Text(en="Ventilated", zh="通风良好")),
    YesNo(id="flammable", ask=Text(en="Flammable things in the room", zh="室内有易燃物品"), good=False),
    YesNo(id="wet-cloths", ask=Text(en="Wet cloths in the room", zh="室内有湿布"), good=False),
)
"""What is asked where rules/rounds.toml does not say it."""


def room_items(state: State) -> list[AnyItem]:
    """What is asked about the room: what people see or read, not what needs a photo or what the hub measures."""
    kind = state.round_kinds.get(ROUND)
    checklists = kind.checklists if kind is not None else ()
    found = [item for checklist in checklists if checklist.of == "room" for item in checklist.items]
    return [item for item in found if not isinstance(item, Photo | Measured)] or list(USUAL)


def is_good(item: AnyItem, answer: str) -> bool:
    """Whether an answer is that of a room in order. Raises `ValueError` for one that does not fit the question."""
    match item:
        case YesNo():
            if answer not in ("yes", "no"):
                raise ValueError("yes or no")
            return (answer == "yes") == item.good
        case Number():
            number = float(answer)
            return not (
                (item.at_least is not None and number < item.at_least)
                or (item.at_most is not None and number > item.at_most)
                or number != number
            )
        case _:
            return True


def check_room(state: State, answers: Sequence[RoomAnswer]) -> list[RoomAnswer]:
    """The answers in the order of the questions. Raises `WrongState` where one is lacking or says nothing."""
    given = {answer.item: answer for answer in answers}
    items = {item.id: item for item in room_items(state)}
    for answer in answers:
        if answer.item not in items:
            raise WrongState(
                f"Nothing called {answer.item} is asked about the room.", hint=f"It is: {', '.join(items)}."
            )
    for item in items.values():
        found = given.get(item.id)
        if found is None or not found.answer:
            if item.must:
                raise WrongState(
                    f"What the room is like is not answered: {item.ask.en}.", hint="Answer every question."
                )
            continue
        try:
            good = is_good(item, found.answer)
        except ValueError:
            raise WrongState(
                f"{found.answer} is no answer to: {item.ask.en}.", hint="Answer yes or no, or with a number."
            ) from None
        if not good and not found.remark:
            raise WrongState(
                f"The room is not in order: {item.ask.en}.", hint="Write a remark on what is wrong and what is done."
            )
    return [given[name] for name in items if name in given and given[name].answer]
