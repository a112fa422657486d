"""The widget in which a field of a form is filled in, by the field's kind; and what stands in it, as text."""

from textual.widget import Widget
from textual.widgets import Input, Select, SelectionList, TextArea

from hub.locale import _
from hub.tui.forms.form import Field


def entry(field: Field, value: str) -> Widget:
    """A widget with `value` in it; its id is the field's name."""
    match field.kind:
        case "text":
            return TextArea(value, id=field.name, compact=True, tab_behavior="focus", highlight_cursor_line=False)
        case "choice":
            known = value if any(choice.value == value for choice in field.choices) else Select.NULL
            options = [(choice.label, choice.value) for choice in field.choices]
            return Select(options, value=known, prompt=_("Choose"), id=field.name, compact=True)
        case "several":
            chosen = set(value.split(","))
            options_ = [(choice.label, choice.value, choice.value in chosen) for choice in field.choices]
            return SelectionList[str](*options_, id=field.name, compact=True)
        case _:
            return Input(value, id=field.name, max_length=field.limit, password=field.kind == "secret")


def value_of(widget: Widget) -> str:
    """What stands in a widget that `entry` made."""
    match widget:
        case Input():
            return widget.value
        case TextArea():
            return widget.text
        case SelectionList():
            return ",".join(str(value) for value in widget.selected)
        case Select():
            return "" if widget.value is Select.NULL else str(widget.value)
        case _:
            raise TypeError(f"{type(widget).__name__} is not an entry of a form")


def translated(field: Field, widget: Widget) -> None:
    """The choices again, in the language in force; what is chosen stays."""
    match widget:
        case SelectionList():
            chosen, at = set(widget.selected), widget.highlighted
            widget.clear_options()
            widget.add_options([(choice.label, choice.value, choice.value in chosen) for choice in field.choices])
            widget.highlighted = at
        case Select():
            value = widget.value
            widget.prompt = _("Choose")
            widget.set_options([(choice.label, choice.value) for choice in field.choices])
            widget.value = value
        case _:
            pass
