"""What an author meant as a placeholder, and what would be read as it stands: `$Camera`, `${camera name}`, `{area}`."""

import re
from collections.abc import Iterable, Iterator

from hub.automation.language.condition import ConditionProblem
from hub.automation.language.grammar import close_to
from hub.automation.language.wording import known_placeholders
from hub.core.saying import saying

_READ = r"\$\$|\$[a-z_]|\$\{[^{}$\s]{1,100}\}"
"""What is a placeholder, known or not, and the dollar sign."""
_BROKEN = re.compile(
    rf"{_READ}|(?P<slip>\$\{{[^{{}}$]{{0,60}}\}}?|\$\(\w*\)?|\$[^\W\d][\w.]*|＄\{{?[A-Za-z_][\w.]*\}}?)"
)
_ELSEWHERE = re.compile(r"(?<!\$)\{\{?\s*([a-z_][a-z0-9_.]*)\s*\}\}?|%([a-z_][a-z0-9_.]*)%")


def no_placeholders(text: str, on: Iterable[str]) -> Iterator[ConditionProblem]:
    """Where a dollar sign begins what cannot be a placeholder of a rule on these events."""
    if "$" not in text and "＄" not in text:
        return
    known = known_placeholders(tuple(on))
    for found in _BROKEN.finditer(text):
        if found["slip"] is None:
            continue
        name = re.sub(r"[\W_]+", "_", found["slip"].lower()).strip("_")
        close = close_to(name, known)
        hint = (
            saying("Did you mean `${word}`?", word=close)
            if close
            else saying("A placeholder is written `$name`, a dollar sign `$$`.")
        )
        message = saying("`{found}` is no placeholder, and would be read as it stands.", found=found["slip"][:40])
        yield ConditionProblem(found.start() + 1, message, hint)


def meant_placeholders(text: str, on: Iterable[str]) -> Iterator[ConditionProblem]:
    """Names of placeholders that are written as other programs write them: `{name}`, `{{ name }}`, `%name%`."""
    if "{" not in text and "%" not in text:
        return
    known = known_placeholders(tuple(on))
    for found in _ELSEWHERE.finditer(text):
        name = found[1] or found[2]
        if name in known:
            message = saying("`{found}` is no placeholder, and is read as it stands.", found=found[0][:40])
            yield ConditionProblem(found.start() + 1, message, saying("Write `${name}` for the value.", name=name))
