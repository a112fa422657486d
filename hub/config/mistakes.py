"""What a model says is wrong with a value: raised within validators, told by `hub.config.explain`."""

from pydantic_core import PydanticCustomError

from hub.core.saying import NOTHING, Saying


def mistake(message: Saying, hint: Saying = NOTHING) -> PydanticCustomError:
    """To be raised by a validator, with the way out where there is one."""
    return PydanticCustomError("mistake", "{message}", {"message": message, "hint": hint})
