"""Why a device could not be asked is said in both languages, and what is the device's own stays as it is."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.core.devices.reasons import SENTENCES, reason_in_both

_ROOT = Path(__file__).parents[2]
_ANY = {"DeviceUnreachable", "DeviceUntrusted", "ProtocolError", "Unsupported", "DeviceRejected"}
_STATES = {"AccountLocked", "AuthRejected", "NotActivated", "DeviceForbidden", "DeviceBusy", "RebootRequired"}
_OURS = {
    "The method of a request is a word in capital letters.",
    "A path begins with one /, and holds neither spaces nor what is not ASCII.",
    "The header 7 is set by the hub.",
}
"""Faults of a plugin, which nobody on the site can mend."""
_PUT_TOGETHER = {"7 7", "The device's certificate is not trusted: 7.7"}
"""Of sentences that stand elsewhere."""
_ASIDE = _OURS | _PUT_TOGETHER


def _told(folder: str, kinds: set[str]) -> Iterator[tuple[str, str]]:
    """Where an error of these kinds is raised, and its message and hint as far as they stand there."""
    for file in sorted((_ROOT / folder).glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                for part in (*node.args, *(word.value for word in node.keywords if word.arg == "hint")):
                    if isinstance(part, ast.Constant | ast.JoinedStr) and (said := _text(part)) not in _ASIDE:
                        yield f"{file.relative_to(_ROOT)}:{part.lineno}", said


def _text(part: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    return "".join(str(each.value) if isinstance(each, ast.Constant) else "7" for each in part.values)


def _chinese(said: str) -> bool:
    return said == "" or any(letter >= "\u4e00" for letter in reason_in_both(said).zh)


@pytest.mark.parametrize("folder", ["hub/devices", "hub/discovery"])
def test_whatever_the_hub_itself_says_of_a_device_is_said_in_chinese_as_well(folder: str) -> None:
    assert {where: said for where, said in _told(folder, _ANY | _STATES) if not _chinese(said)} == {}


@pytest.mark.parametrize("plugin", [path.name for path in sorted((_ROOT / "plugins").glob("hub_*"))])
def test_that_a_device_is_locked_busy_not_activated_or_refuses_is_said_in_chinese_for_every_vendor(plugin: str) -> None:
    assert {where: said for where, said in _told(f"plugins/{plugin}", _STATES) if not _chinese(said)} == {}


def test_several_sentences_are_each_said_in_chinese() -> None:
    said = (
        "The device refuses the name or the password: The device has locked the account: userLocked (status 4). "
        "Check `user` and `password` of the device, then ask again."
    )
    assert reason_in_both(said).zh == (
        "设备拒绝了用户名或密码：设备已锁定该账户：设备原文“userLocked (status 4)”。"
        "请检查该设备的 `user` 和 `password`，再重试。"
    )
    assert reason_in_both(said).en == said


def test_what_a_device_says_itself_stays_as_it_is_and_is_marked() -> None:
    own = "Sender/NotAuthorized: Not today. Go away"
    said = f"The device refused GetProfiles: {own} (HTTP 400)."
    assert reason_in_both(said).zh == f"设备拒绝了 GetProfiles：设备原文“{own}”（HTTP 400）。"


@pytest.mark.parametrize("said", ["", "Something that nobody foresaw.", "7", "…" * 400])
def test_what_is_not_known_stays_as_it_was_said(said: str) -> None:
    assert reason_in_both(said).zh == said


def test_known_words_follow_unknown_ones() -> None:
    assert reason_in_both("Odd. The device is busy. Odd.").zh == "Odd. 设备正忙。Odd."


def test_every_sentence_is_found_by_its_own_words() -> None:
    """None of those before it takes its place."""
    for english, chinese in SENTENCES.items():
        names = dict.fromkeys(_names(english), "7")
        assert reason_in_both(english.format(**names)).zh == chinese.format(**names), english


def _names(sentence: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(sentence) if name]
