"""Mistakes in `[plugins.mail]` and in a route that sends mail."""

from typing import Any

import pytest
from hub_mail.options import MailOptions, MailTarget
from pydantic import ValidationError

_GOOD = {"host": "mail.example.com", "from": "watchroom@example.com"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"user": "a"}, "`user` and `password` belong together"),
        ({"password": "env:WORD"}, "`user` and `password` belong together"),
        ({"user": "a", "password": "env:WORD", "security": "none"}, "in the clear"),
        ({"security": "ssl"}, "'starttls', 'tls' or 'none'"),
        ({"port": 70000}, "less than or equal to 65535"),
        ({"from": "Watchroom"}, "pattern"),
        ({"from": "a..b@example.com"}, "pattern"),
        ({"from": "a@example.com\r\nBcc: x@example.com"}, "pattern"),
        ({"sender": "a@example.com"}, "Extra inputs"),
    ],
)
def test_mistakes_in_the_options_are_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MailOptions.model_validate(_GOOD | options)
    assert message in "; ".join(error["msg"] for error in caught.value.errors())


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_usual_port_is_taken_unless_one_is_given(security: str, port: int) -> None:
    assert MailOptions.model_validate({**_GOOD, "security": security}).port_used == port
    assert MailOptions.model_validate({**_GOOD, "security": security, "port": 2525}).port_used == 2525


@pytest.mark.parametrize("to", [[], ["duty"], ["a@b", "c d@e"], ["a,b@example.com"], ["a@b"] * 51, "a@b"])
def test_addresses_that_are_none_are_mistakes(to: Any) -> None:
    with pytest.raises(ValidationError):
        MailTarget.model_validate({"to": to})
