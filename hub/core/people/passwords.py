"""Which passwords are good enough. Pure: the list of common ones is given."""

import unicodedata
from collections.abc import Collection

from hub.core.text import Text

SHORTEST, LONGEST = 8, 200
_DIGITS = 10
"""So many digits alone, a telephone or a birthday, are guessed in no time."""

LENGTH = Text(en="A password needs 8 to 200 characters.", zh="密码须为 8 到 200 个字符。")
REPEATED = Text(en="A password must not be one character repeated.", zh="密码不能由同一个字符重复而成。")
DIGITS = Text(en="A password of digits only needs more than 10 of them.", zh="纯数字密码须超过 10 位。")
NAMED = Text(en="A password must not be the account's name.", zh="密码不能与账号名相同。")
COMMON = Text(en="This password is among those that everybody tries first.", zh="这个密码过于常见，最容易被人猜中。")
USED = Text(en="This password was used before.", zh="这个密码以前用过。")


def weakness(password: str, account: str, common: Collection[str] = ()) -> Text | None:
    """Why `account` must not have this password; None when it may. `common`: passwords to refuse, in small letters.

    A common password, and the account's name, stay so with other capitals, and with digits or signs put at the ends;
    the name also several times over.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        return LENGTH
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(set(plain)) == 1:
        return REPEATED
    if plain.isdigit() and len(plain) <= _DIGITS:
        return DIGITS
    core = _core(plain)
    name = account.casefold()
    if name and (plain[::-1] == name or not core.replace(name, "")):
        return NAMED
    if plain in common or (core in common and len(core) * 2 > len(plain)):
        return COMMON
    return None


def _core(plain: str) -> str:
    """Without the digits and signs at its ends: `!zhang2026` is `zhang`."""
    letters = [index for index, character in enumerate(plain) if character.isalpha()]
    return plain[letters[0] : letters[-1] + 1] if letters else plain
