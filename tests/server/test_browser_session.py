"""Where the hub's pages lead whoever signs in."""

import pytest

from hub.server.accounts.browser_session import next_page


@pytest.mark.parametrize(
    "wanted",
    [
        "https://elsewhere.example/reports",
        "//elsewhere.example/reports",
        "/\\elsewhere",
        "javascript:alert(1)",
        "",
        "/x",
    ],
)
def test_after_signing_in_nobody_is_sent_elsewhere(wanted: str) -> None:
    assert next_page(wanted) == "/reports"
