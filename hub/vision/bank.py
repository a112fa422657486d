"""A camera's reference views: one for each light and each position, proposed by the watch, approved by people."""

import msgspec

from hub.vision.reference import LightName, Reference

MAX_LIGHTS = 10
"""References of one position; a day has several suns, a night several lamps."""
MAX_PRESETS = 32


class Bank(msgspec.Struct, frozen=True, kw_only=True):
    """The references of one camera, oldest first. `numbered` is the highest number an id ever had."""

    references: tuple[Reference, ...] = ()
    numbered: int = 0


def find(bank: Bank, wanted: str) -> Reference | None:
    """The reference of that id, or None."""
    return next((reference for reference in bank.references if reference.id == wanted), None)


def of_preset(bank: Bank, preset: str) -> tuple[Reference, ...]:
    """The references of one position."""
    return tuple(reference for reference in bank.references if reference.preset == preset)


def of_light(bank: Bank, preset: str, *, colour: bool | None) -> tuple[Reference, ...]:
    """The references of one position that a picture with (True) or without colour may be compared with; of all
    lights when it is not known (None)."""
    return tuple(
        reference
        for reference in of_preset(bank, preset)
        if colour is None or (reference.light == "infrared") != colour
    )


def room(bank: Bank, preset: str) -> bool:
    """Whether one more reference may be proposed."""
    presets = {reference.preset for reference in bank.references}
    known = of_preset(bank, preset)
    return len(known) < MAX_LIGHTS and (preset in presets or len(presets) < MAX_PRESETS)


def add(bank: Bank, reference: Reference, light: LightName, preset: str, *, proven: bool) -> tuple[Bank, Reference]:
    """The bank with one more proposed reference, and that reference with its id."""
    number = 1 + max(bank.numbered, _highest(bank))
    named = msgspec.structs.replace(
        reference, id=f"{light}-{number}", light=light, preset=preset, approved=False, proven=proven
    )
    return Bank(references=(*bank.references, named), numbered=number), named


def approve(bank: Bank, wanted: str) -> Bank:
    """The bank with that reference approved; unchanged when there is none."""
    references = tuple(
        msgspec.structs.replace(reference, approved=True) if reference.id == wanted else reference
        for reference in bank.references
    )
    return msgspec.structs.replace(bank, references=references)


def forget(bank: Bank, wanted: str) -> Bank:
    """The bank without that reference. Its number is not used again."""
    kept = tuple(reference for reference in bank.references if reference.id != wanted)
    return Bank(references=kept, numbered=max(bank.numbered, _highest(bank)))


def _highest(bank: Bank) -> int:
    numbers = (reference.id.rpartition("-")[2] for reference in bank.references)
    return max((int(number) for number in numbers if number.isdigit()), default=0)
