"""The text of one message about many things: what happened, how many they are, and which."""

from collections.abc import Sequence

from hub.automation.language.wording import Scene, render
from hub.core.text import Text

Listed = Sequence[tuple[str, Scene]]
"""What a message names: the subject of each firing, and what its texts are about."""


def list_title(title: Text, listed: Listed, number: int) -> Text:
    """`Signal lost: 30 cameras`. `title` may have placeholders; `number` counts also those that are not listed."""
    shared = _shared(title, listed) or render(listed[-1][1].rule_title, listed[-1][1])
    number_of = _number(listed, number)
    return Text(
        en=f"{shared.in_('en')}: {number_of.en}",
        zh=f"{shared.in_('zh_CN')}：{number_of.zh}",
    )


def list_body(text: Text | None, response: Text, listed: Listed, number: int) -> Text:
    """The text of the rule and what to do, where they are the same for all; between them the list."""
    said = _shared(text, listed) if text is not None else None
    todo = _shared(response, listed)
    en = [said.in_("en")] if said is not None else []
    zh = [said.in_("zh_CN")] if said is not None else []
    for subject, scene in listed:
        line = _line(subject, scene)
        en.append(f"- {line.en}")
        zh.append(f"- {line.zh}")
    if number > len(listed):
        en.append(f"and {number - len(listed)} more")
        zh.append(f"另有 {number - len(listed)} 项")
    if todo is not None and todo.in_("en"):
        en.append(f"What to do: {todo.in_('en')}")
        zh.append(f"处置：{todo.in_('zh_CN')}")
    return Text(en="\n".join(en), zh="\n".join(zh))


def _line(subject: str, scene: Scene) -> Text:
    _, _, name = subject.rpartition(":")
    camera, area = scene.occasion.camera, scene.occasion.area
    if camera is None:
        return Text(en=name, zh=name)
    en, zh = camera.name.in_("en"), camera.name.in_("zh_CN")
    if area is not None:
        en, zh = f"{en}, {area.name.in_('en')}", f"{zh}，{area.name.in_('zh_CN')}"
    return Text(en=en, zh=zh) if subject.startswith("camera:") else Text(en=f"{name}: {en}", zh=f"{name}：{zh}")


def _number(listed: Listed, number: int) -> Text:
    if all(subject.startswith("camera:") for subject, _ in listed):
        return Text(en=f"{number} cameras", zh=f"{number} 台摄像机")
    return Text(en=f"{number} in all", zh=f"共 {number} 项")


def _shared(text: Text, listed: Listed) -> Text | None:
    """The text with its values put in, where that gives the same for each; None where it differs."""
    first = render(text, listed[0][1])
    return first if all(render(text, scene) == first for _, scene in listed[1:]) else None
