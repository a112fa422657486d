"""Why a storage cannot be used, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.storage_reasons import SENTENCES, WHYS, reason_in_words


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        ("its disk is not mounted", "磁盘未挂载"),
        ("/srv/nas/watchroom: it is full.", "/srv/nas/watchroom：已写满"),
        (
            "https://10.1.0.9:9000 bucket b: it cannot be reached.",
            "https://10.1.0.9:9000 bucket b：无法连接",
        ),
        ("/srv/a: b: it can only be read", "/srv/a: b：只能读取，不能写入"),
        ("The storage nas cannot be used: Permission denied.", "存储 nas 无法使用：无权访问"),
        ("The storage nas does not answer.", "存储 nas 无应答"),
        ("http://s3 bucket b refused the keys (AccessDenied).", "http://s3 bucket b 拒绝了访问密钥（AccessDenied）"),
        ("/srv/nas is another disk than the one that was used before.", "/srv/nas 不是原先使用的磁盘"),
    ],
)
def test_what_the_hub_and_its_plugins_say_is_told_in_chinese(said: str, chinese: str) -> None:
    told = reason_in_words(said)
    assert told.zh == chinese
    assert told.en == said.rstrip(".")


@given(st.text(max_size=200))
def test_anything_else_stays_as_it_was_said(said: str) -> None:
    told = reason_in_words(said)
    assert told.en == said.strip().rstrip(".")
    assert bool(told.zh) == bool(told.en)


def test_every_sentence_keeps_the_names_that_stand_in_it() -> None:
    for english, chinese in SENTENCES.items():
        names = {"name": "nas", "why": "it is full", "file": "a.mp4", "where": "/srv/nas", "code": "503"}
        zh = reason_in_words(english.format(**names)).zh
        assert zh == chinese.format(**names | {"why": WHYS["it is full"]})
