"""What staff read of a stream that fails."""

import pytest

from hub.errors import AuthRejected, DeviceError, DeviceUnreachable, ProtocolError, Unsupported
from hub.watch.trouble import trouble


@pytest.mark.parametrize(
    ("error", "chinese"),
    [
        (DeviceUnreachable("10.0.0.8:554: Connection refused."), "无法从摄像机取得视频流"),
        (AuthRejected("10.0.0.8:554 refused the user name or password (401)."), "拒绝了用户名或密码"),
        (ProtocolError("10.0.0.8:554 has no video."), "无法识别"),
        (Unsupported("The address names no host."), "无法按此方式连接"),
        (DeviceError("It did not work."), "未能完成"),
    ],
)
def test_a_chinese_reader_reads_chinese_with_the_devices_own_words_at_the_end(error: DeviceError, chinese: str) -> None:
    told = trouble(error)
    assert told.en == str(error)
    assert chinese in told.zh
    assert str(error).rstrip(".") in told.zh


def test_a_fault_of_ours_is_told_by_its_name_and_shows_nothing_else() -> None:
    told = trouble(RuntimeError("rtsp://admin:secret@10.0.0.8/"))
    assert "RuntimeError" in told.en
    assert "secret" not in told.en + told.zh
