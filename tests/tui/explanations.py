"""An explanation as the watch gives it, for the tests of what shows it."""

from hub.core.explanation import Course, Explanation, KindNow, MeasureNow, ReadingNow
from hub.core.text import Text

SOFT = Text(en="softness", zh="虚化")
CHANGE = Text(en="change", zh="变化量")


def blurred(softness: float = 0.62) -> Explanation:
    """A camera that is blurred, with a cover suspected and an hour of history."""
    rising: list[float | None] = [None, *(0.02 * index for index in range(30)), softness]
    return Explanation(
        why=Text(en="Found: blurred.", zh="已确认：画面模糊。"),
        light="day",
        reference="day-1",
        approved=False,
        kinds=[
            KindNow(
                kind="picture.frozen",
                name=Text(en="frozen", zh="画面冻结"),
                state="not_seen",
                why=Text(
                    en="Not seen: change is 1.20, a fault would be below 0.12.",
                    zh="未见异常：变化量为 1.20，低于 0.12 才算故障。",
                ),
                readings=[
                    ReadingNow(key="difference", name=CHANGE, unit="/255", value=1.2, limit=0.12, below=True, room=9.0)
                ],
            ),
            KindNow(
                kind="picture.blurred",
                name=Text(en="blurred", zh="画面模糊"),
                state="found",
                why=Text(en="Found 3 min ago: 54 % of its fine detail is left.", zh="3 分钟前发现：细节仅剩 54 %。"),
                for_s=180.0,
                needs_s=4.0,
                readings=[ReadingNow(key="softness", name=SOFT, value=softness, limit=0.3, beyond=True, room=-1.07)],
            ),
            KindNow(
                kind="view.obstructed",
                name=Text(en="obstructed", zh="画面遮挡"),
                state="hidden",
                why=Text(en="Cannot be judged while this is seen: blurred.", zh="存在“画面模糊”时无法判断。"),
                hidden_by="picture.blurred",
            ),
            KindNow(
                kind="view.shaking",
                name=Text(en="shaking", zh="画面抖动"),
                state="off",
                why=Text(en="Switched off: its sensitivity in hub.toml is 0.", zh="已关闭：hub.toml 中灵敏度为 0。"),
            ),
        ],
        measures=[
            MeasureNow(
                key="softness",
                name=SOFT,
                means=Text(en="loss of fine structure", zh="细节损失"),
                bad="high",
                value=softness,
                limits=[0.3],
                usual=(-0.05, 0.06),
                hour=Course(every_s=20.0, values=rising),
                day=Course(every_s=300.0, values=[0.0, 0.01, None, softness]),
            ),
            *(
                MeasureNow(
                    key=f"measure-{number}",
                    name=Text(en=f"measure {number}", zh=f"{number} 号测量"),
                    means=Text(en="of the test", zh="测试"),
                    unit="%",
                    value=number / 40,
                )
                for number in range(30)
            ),
        ],
    )
