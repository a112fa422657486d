"""What has to be found right before an asset is handed over (移交验收), by kind; what the hub can see, it answers."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from hub.core.assets.model import Asset
from hub.core.assets.scheme import Scheme
from hub.core.rounds.kinds import AssetKind
from hub.core.state import State
from hub.core.text import Text


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be found right. `seen`: the hub answers it itself as long as it can see it. `of` empty: any kind."""

    id: str
    ask: Text
    of: tuple[AssetKind, ...] = ()
    seen: bool = False


CHECKS: tuple[Check, ...] = (
    Check(
        id="day-view",
        ask=Text(en="The view by day is approved as reference", zh="白天参考画面已批准"),
        of=("camera",),
        seen=True,
    ),
    Check(
        id="night-view",
        ask=Text(en="The view by night is approved as reference", zh="夜间参考画面已批准"),
        of=("camera",),
        seen=True,
    ),
    Check(
        id="picture",
        ask=Text(en="The watch judges the picture, and finds it good", zh="系统判定画面正常"),
        of=("camera",),
        seen=True,
    ),
    Check(
        id="recording",
        ask=Text(en="It is recorded, without a gap", zh="录像正常且无中断"),
        of=("camera",),
        seen=True,
    ),
    Check(
        id="clock",
        ask=Text(en="Its clock shows the right time", zh="时间同步正确"),
        of=("camera", "encoder", "server", "recorder"),
    ),
    Check(id="label", ask=Text(en="Name, place and label are right", zh="名称、位置与标签正确")),
    Check(
        id="password",
        ask=Text(en="The maker's password was changed", zh="出厂密码已修改"),
        of=("camera", "switch", "encoder", "server", "recorder", "ups"),
    ),
    Check(id="works", ask=Text(en="It was tried out, and works", zh="已试运行且工作正常")),
    Check(id="documents", ask=Text(en="Documents and keys were handed over", zh="资料与钥匙已移交")),
)
BY_ID = {check.id: check for check in CHECKS}


def checks_of(kind: AssetKind) -> list[Check]:
    return [check for check in CHECKS if not check.of or kind in check.of]


def seen(state: State, asset: Asset, now: datetime) -> Iterator[tuple[str, bool, Text]]:
    """What the hub itself can say about the checks of an asset: check, found right, what it saw."""
    camera = state.cameras.get(asset.id)
    if asset.kind != "camera" or camera is None:
        return
    approved = {view.light for view in camera.references.values() if view.state == "approved"}
    day, night = "day" in approved, bool(approved & {"dim", "infrared"})
    yield (
        "day-view",
        day,
        _said(day, Text(en="approved", zh="已批准"), Text(en="no approved view by day", zh="无已批准的白天画面")),
    )
    yield (
        "night-view",
        night,
        _said(night, Text(en="approved", zh="已批准"), Text(en="no approved view by night", zh="无已批准的夜间画面")),
    )
    if camera.findings:
        names = ", ".join(sorted(camera.findings))
        yield "picture", False, Text(en=f"the watch sees {names}", zh=f"系统发现：{names}")
    elif camera.not_judged is not None:
        yield "picture", False, Text(en="it is not judged at the moment", zh="目前未判定")
    else:
        yield "picture", True, Text(en="judged good", zh="判定正常")
    scheme = state.assets.scheme or Scheme()
    life = state.assets.lives.get(asset.id)
    since = life.recorded_at if life is not None else None
    recorded_s = (now - since).total_seconds() if since is not None else 0.0
    long_enough = since is not None and recorded_s >= scheme.recording_s
    hours, wanted = recorded_s / 3600, scheme.recording_s / 3600
    yield (
        "recording",
        long_enough,
        Text(
            en=f"{hours:.1f} h without a gap, {wanted:.1f} h asked for",
            zh=f"连续无中断 {hours:.1f} 小时，要求 {wanted:.1f} 小时",
        ),
    )


def _said(ok: bool, right: Text, wrong: Text) -> Text:
    return right if ok else wrong
