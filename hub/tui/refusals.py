"""What the hub answers when it refuses, in the language in force.

The hub speaks English; staff may not. Each sentence here is one of the hub's, with names in braces for what varies,
and so can be both recognised and translated. A sentence that is not known here is shown as the hub wrote it: a
reason in English is better than none.
"""

import re
from functools import cache

from hub.core.text import Text
from hub.errors import HubError, HubUnreachable, NotSignedIn
from hub.locale import N_, _, language, say
from hub.tui import words

SENTENCES: tuple[str, ...] = (
    N_("No alarm {what} stands."),
    N_("It may have been cleared: see `hub events`."),
    N_("No ticket {what} is open."),
    N_("No round {what} is due."),
    N_("No camera {what} in hub.toml."),
    N_("There is no rule {what}."),
    N_("See `hub rules` for those in force."),
    N_("The rule would be off until a time in the past."),
    N_("The rule {what} is not turned off."),
    N_("The rules declare no variable {what}."),
    N_("See `hub rules variables` for those there are."),
    N_("{what} holds {kind}."),
    N_("It was declared as {what}."),
    N_("This takes longer than {n} s here."),
    N_("Use `hub rules explain` or `hub rules test`."),
    N_("{what} is not shelved."),
    N_("The shelving would end in the past."),
    N_("Choose a later time."),
    N_("An alarm is shelved for 12 hours at most."),
    N_("Choose an earlier time."),
    N_("{what} cannot be closed: the watch still sees {findings}."),
    N_("It can be closed when the picture is verified good again."),
    N_("{what} cannot be closed: the camera is not judged at the moment ({not_judged})."),
    N_("Wait until the watch judges it again."),
    N_("{who} ({role}) may not do this."),
    N_("Ask somebody with one of these roles: {roles}."),
    N_("{who} has no rights in the domain of {what}."),
    N_("{what} belongs to a domain that {who} has no rights in."),
    N_("{what} is not carried out here."),
    N_("{what} has no reference view {view}."),
    N_("See `hub references list` for those it has."),
    N_("The view {view} of {what} was rejected, and the watch forgot it."),
    N_("Let the watch learn the view anew."),
    N_("The view {view} of {what} is not in use any more."),
    N_("Nothing needs to be done about it."),
    N_("This picture belongs to a domain that {who} has no rights in."),
    N_("There is no picture of {what}."),
    N_("The watch has not received one yet."),
    N_("There is no such picture."),
    N_("Evidence is named by the records that speak of it."),
    N_("The name or the password is wrong, or the account is locked for a while after failed attempts."),
    N_("After five failed attempts an account is locked for a minute, then longer each time."),
    N_("There were too many attempts to sign in."),
    N_("Try again in {n} seconds."),
    N_("Too many people sign in at this moment."),
    N_("Try again in a few seconds."),
    N_("Nobody is signed in with this token, or the sign-in has expired."),
    N_("The sign-in has ended."),
    N_("Sign in again."),
    N_("The journal cannot be written at the moment; what you asked is done as soon as it can be."),
    N_("See the Health screen or `hub status` for what blocks it."),
    N_("The hub cannot take this now."),
    N_("See `hub status` for what blocks the journal."),
    N_("The account cannot be written down in the journal at the moment."),
    N_("Nobody answers at {where}: {reason}."),
    N_("Start it with `hub run`."),
    N_("The hub at {where} does not answer any more."),
    N_("It may be overloaded."),
    N_("The hub closed the connection."),
    N_("It may have been stopped."),
    N_("Nothing came from the hub for {n} s."),
    N_("The hub did not answer within {n} s."),
    N_("This is not a picture that can be read ({reason})."),
    N_("The watch of {what} says nothing at the moment."),
    N_("Its worker may be starting, or the camera has no stream; see `hub status`."),
    N_("The index of recordings cannot be read: {reason}."),
    N_("See the log; it can be made anew."),
    N_("Messages through {what} wait: {reason}"),
    N_("Restart the hub to put the change of {what} in force."),
    N_("{where} did not answer within {n} s."),
    N_("{where} refused the user name or password ({reason})."),
    N_("{where} fell silent."),
    N_("{where} has no video."),
    N_("{where} shows another certificate than the pinned one."),
    N_("{where}: {reason}."),
)
"""The last one is what is left of what the watch says of a stream."""

REASONS: dict[str, str] = {
    "Connection refused": N_("connection refused"),
    "Connection reset by peer": N_("connection reset"),
    "Connection timed out": N_("no answer in time"),
    "End of file": N_("the camera ended the stream"),
    "Network is unreachable": N_("network unreachable"),
    "No route to host": N_("address unreachable"),
    "Server returned 401 Unauthorized (authorization failed)": N_("401, authorization failed"),
    "Server returned 403 Forbidden (access denied)": N_("403, access denied"),
    "Server returned 404 Not Found": N_("404, not found"),
}
"""What the system and libav say, where it is not the hub's own."""


def in_words(error: HubError) -> str:
    """What went wrong and the way out."""
    if isinstance(error, NotSignedIn) and not error.message:
        return _("You are not signed in any more.")
    said = " ".join(translated(part) for part in (error.message, error.hint) if part)
    return said if said or not isinstance(error, HubUnreachable) else _("The hub does not answer.")


def said(text: Text) -> str:
    """A text of the hub; one that has no Chinese of its own is translated where it is known here."""
    return say(text) if language() == "en" or text.zh not in ("", text.en) else translated(text.en)


def translated(sentence: str) -> str:
    """A sentence of the hub in the language in force; unchanged when it is not one of those known."""
    for known in SENTENCES:
        found = _pattern(known).fullmatch(sentence)
        if found is not None:
            return _(known).format(**{name: _part(name, value) for name, value in found.groupdict().items()})
    return sentence


@cache
def _pattern(known: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", known)
    return re.compile("".join(f"(?P<{part}>.+?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)))


def _part(name: str, value: str) -> str:
    match name:
        case "findings":
            return words.listed(words.word(words.FINDINGS, kind) for kind in value.split(", "))
        case "not_judged":
            return words.word(words.NOT_JUDGED, value)
        case "reason":
            return words.word(REASONS, value)
        case "kind":
            return words.word(words.VALUE_KINDS, value)
        case "role" | "roles":
            return words.roles(value.split(", "))
        case _:
            return value
