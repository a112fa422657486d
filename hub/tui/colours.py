"""The colours: quiet greys for what is well, colour only for what asks to be looked at.

Rows name a tone; this table says how it looks. Each tone keeps a contrast of at least 4.5 to 1 on its ground.
"""

from textual.theme import Theme

GROUND = "#14181d"

TONES: dict[str, str] = {
    "": "#cfd6dd",
    "strong": "bold #f2f5f8",
    "muted": "#8893a0",
    "stale": "italic #8893a0",
    "struck": "strike #8893a0",
    "group": "bold #a9c4e4",
    "good": "#8fbf9a",
    "fault": "bold #f0b64d",
    "lost": "bold #ff7b72",
    "not_judged": "#9cc4f5",
    "critical": "bold #ffffff on #b3261e",
    "high": "bold #14181d on #f0a13c",
    "medium": "#14181d on #d9cf7a",
    "low": "#e8eef5 on #3d5a80",
    "quiet": "#8893a0 on #262d36",
    "marked": "bold #14181d on #a9c4e4",
    "key": "bold #a9c4e4",
}


def tone(name: str) -> str:
    """The rich style of a tone; a name that is not known is plain text."""
    return TONES.get(name, TONES[""])


THEME = Theme(
    name="watchroom",
    primary="#a9c4e4",
    secondary="#7f9cc0",
    accent="#a9c4e4",
    foreground="#cfd6dd",
    background=GROUND,
    surface="#191e24",
    panel="#222930",
    success="#8fbf9a",
    warning="#f0b64d",
    error="#ff7b72",
    dark=True,
    variables={
        "block-cursor-foreground": "#f2f5f8",
        "block-cursor-background": "#34506f",
        "block-cursor-blurred-background": "#2a3644",
        "input-selection-background": "#34506f 60%",
    },
)
