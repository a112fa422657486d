"""What the hub answers when it refuses, in the language in force.

The hub speaks English; staff may not. Each sentence here is one of the hub's, with names in braces for what varies,
and so can be both recognised and translated. A sentence that is not known here is shown as the hub wrote it: a
reason in English is better than none.
"""

import re
from functools import cache

from hub.core.devices.reasons import reason_in_both
from hub.core.text import Text
from hub.errors import HubError, HubUnreachable, NotSignedIn
from hub.locale import N_, _, language, say
from hub.tui import words
from hub.tui.sentences import OF_SUBJECTS
from hub.tui.words_releases import RELEASE_STATES

SENTENCES: tuple[str, ...] = (
    N_("No alarm {what} stands."),
    N_("It may have been cleared: see `hub events`."),
    N_("No ticket {what} is open."),
    N_("No round {what} is due."),
    N_("No camera {what} in hub.toml."),
    N_("There is no rule {what}."),
    N_("See `hub rules` for those in force."),
    N_("Did you mean `{what}`?"),
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
    N_("There is no ticket {what}."),
    N_("A ticket's number looks like T-7."),
    N_("There is no alarm {what}."),
    N_("An alarm's number looks like A-7."),
    N_("There is no duty log entry {what}."),
    N_("See `hub log list` for those there are."),
    N_("{n} visitors are inside by the log."),
    N_("Write down first which of them are gone."),
    N_("{what} is not the arrival of a visitor who is inside."),
    N_("`hub log visitor` without a name shows who is."),
    N_("{name} came after that time."),
    N_("Give the time at which the visitor went, or none for now."),
    N_("{what} is too old to be corrected."),
    N_("Write a note that names it, with what is right."),
    N_("{what} was corrected already, by {other}."),
    N_("Correct {what}."),
    N_("That time has not come yet."),
    N_("Write down what has happened."),
    N_("That is more than {n} days ago."),
    N_("Look at the date, or name the day in the text."),
    N_("See `hub cameras` for those there are."),
    N_("Hand it over first, then name its id."),
    N_("{what} is about a domain that {name} has no rights in."),
    N_("No such file was handed over."),
    N_("Files are named by the records that speak of them."),
    N_("The file is neither a JPEG or PNG picture nor a PDF."),
    N_("Choose another file."),
    N_("The file is no longer on the hub's disk."),
    N_("Bring back the folder attachments from a backup."),
    N_("The local reader hands nothing over."),
    N_("Sign in with an account."),
    N_("See `hub tickets list --all`."),
    N_("{what} is verified already."),
    N_("Close it with its cause."),
    N_("No attachment {what} was handed over."),
    N_("Hand the file over first."),
    N_("{what} and the camera {camera} are two things."),
    N_("Name one of them."),
    N_("{what} says the same and is not closed."),
    N_("Look at it, or say what differs."),
    N_("Ticket {what} is open already."),
    N_("Look at it."),
    N_("{what} was not closed in the last {n} days."),
    N_("Report the fault as a new one."),
    N_("It would wait until a time in the past."),
    N_("{what} waits for nothing."),
    N_("There is no account {what}."),
    N_("Name an outside firm without an account."),
    N_("{what} has another estimate."),
    N_("Say why it changes."),
    N_("{what} cannot be closed: it is not verified."),
    N_("Report the repair: it closes by itself when the hub has seen it good, or a leader signs."),
    N_("{what} is no duplicate of itself."),
    N_("Name the other ticket."),
    N_("No repair of {what} is reported."),
    N_("The repairer reports it first."),
    N_("{who} repaired {what}: nobody signs for a repair of their own."),
    N_("Ask a leader."),
    N_("The past is still being counted."),
    N_("Ask again in a moment."),
    N_("{who} ({role}) may not do this."),
    N_("Ask somebody with one of these roles: {roles}."),
    N_("{who} has no rights in the domain of {what}."),
    N_("{what} is not carried out here."),
    N_("{what} has no reference view {view}."),
    N_("See `hub references list` for those it has."),
    N_("The view {view} of {what} was rejected, and the watch forgot it."),
    N_("Let the watch learn the view anew."),
    N_("The view {view} of {what} is not in use any more."),
    N_("Nothing needs to be done about it."),
    N_("{what} cannot be the name of an account."),
    N_("2 to 32 small Latin letters, digits, dots, dashes or underscores, a letter first; not `local`."),
    N_("An account without a domain could see nothing."),
    N_("Name one of {domains}."),
    N_("Nobody approves what they applied for themselves: four eyes are needed."),
    N_("Ask somebody else who has the right to approve."),
    N_("{who} has no rights in the domain or department of {what}."),
    N_("{who} is nobody's own account."),
    N_("Sign in first: `hub sign-in ACCOUNT`."),
    N_("Sign in first."),
    N_("No role has this right by itself: an administrator grants it."),
    N_("There is an account {what} already."),
    N_("Choose another name."),
    N_("Nobody changes their own role, domains, departments or rights."),
    N_("Ask another administrator."),
    N_("It would have ended already."),
    N_("Give the day until which it is valid."),
    N_("That day has not come yet."),
    N_("Put it on record when it was done."),
    N_("{who} cannot take over the work."),
    N_("Name somebody who works here."),
    N_("{who} is the last administrator of the whole site."),
    N_("Make another one first."),
    N_("See `hub people list` for those there are."),
    N_("{who} has left."),
    N_("Whoever comes back gets a new account."),
    N_("This cannot be done with one's own account."),
    N_("No department {what} in hub.toml."),
    N_("It has {what}."),
    N_("This account asks for a code besides the password."),
    N_("Type the six digits that your telephone shows, or a recovery code."),
    N_("The password must be changed before anything else."),
    N_("Change it with `hub people password`, or sign in at the screen."),
    N_("The code does not belong to this secret."),
    N_("Type the six digits that your telephone shows now; see that its clock is right."),
    N_("The present password is wrong, or the account is locked for a while after failed attempts."),
    N_("{who} has no sign-in {what}."),
    N_("It may have ended."),
    N_("Take one that is new."),
    N_("Take a sentence that only you would think of."),
    N_("This picture belongs to a domain or department that {who} has no rights in."),
    N_("{what} belongs to a domain or department that {who} has no rights in."),
    N_("A password needs 8 to 200 characters."),
    N_("A password must not be one character repeated."),
    N_("A password of digits only needs more than 10 of them."),
    N_("A password must not be the account's name."),
    N_("This password is among those that everybody tries first."),
    N_("This password was used before."),
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
    N_("There is no post {what} in the roster."),
    N_("`hub duty now` shows those there are."),
    N_("{who} is not rostered at {what} now."),
    N_("A leader can allow it: `hub duty cover`."),
    N_("{who} is signed on at {what}."),
    N_("Sign off there first, or have a leader cover it: `hub duty cover`."),
    N_("You are not signed on at {what}."),
    N_("`hub duty now` shows who is where."),
    N_("Your shift ends in {n} min."),
    N_("Whoever leaves before the end gives a reason."),
    N_("Nobody has relieved you at {what} yet."),
    N_("Stay until somebody has signed on, or give the reason why you leave the post."),
    N_("{who} is not signed on anywhere."),
    N_("There is no person {what} in the roster."),
    N_("See `hub roster show`."),
    N_("Nobody covers a post by their own word."),
    N_("{who} has no shift at {what} now."),
    N_("`hub duty now` shows who has."),
    N_("A cover ends within 24 hours."),
    N_("For a longer time change the roster."),
    N_("{who} has no valid training or confidentiality agreement on record."),
    N_("A leader puts them on record: `hub people train`."),
    N_("An administrator gives them: `hub people change`."),
    N_("{who} may not watch at {what}: the qualification {qualification} is lacking."),
    N_("It is entered in rules/roster.toml."),
    N_("A post is handed over by somebody who is there."),
    N_("{what} is signed already."),
    N_("Whoever comes signs now; or begin the handover anew."),
    N_("{what} is not signed by whoever goes yet."),
    N_("The one who goes signs first, then the one who comes."),
    N_("Nobody takes over from themselves."),
    N_("The second signature is that of whoever comes."),
    N_("No critical alarm keeps it from being handed over."),
    N_("Sign it."),
    N_("Somebody who is there can give it up."),
    N_("No handover {what} is open."),
    N_("`hub duty handover` shows those that are."),
    N_("What is handed over with {what} has changed since you read it."),
    N_("Read what changed, and sign again."),
    N_("Critical alarms are not acknowledged: {what}."),
    N_("Acknowledge them first, or have a leader allow the handover with a reason."),
    N_("Nothing called {what} is asked about the room."),
    N_("It is: {what}."),
    N_("What the room is like is not answered: {what}."),
    N_("Answer every question."),
    N_("{answer} is no answer to: {what}."),
    N_("Answer yes or no, or with a number."),
    N_("The room is not in order: {what}."),
    N_("Write a remark on what is wrong and what is done."),
    N_("{who} has no such shift on {day}."),
    N_("`hub duty next` shows who works when."),
    N_("{who} has several shifts on {day}: {what}."),
    N_("Name the shift and the post."),
    N_("{who} is on leave on {day}."),
    N_("Ask somebody else."),
    N_("The roster of {day} is another one meanwhile."),
    N_("Withdraw it and ask for what is needed now."),
    N_("{who} has that shift already."),
    N_("{who} would be at two posts at once on {day}."),
    N_("Choose another shift, or another person."),
    N_("{who} would rest {n} h between two shifts; {wanted} h are wanted."),
    N_("{who} may not watch at {what}: the training is lacking."),
    N_("Ask somebody who has it."),
    N_("{what} would be short of people on {day}."),
    N_("You are not in the roster."),
    N_("Shifts are exchanged by those who have them."),
    N_("Nobody exchanges shifts with themselves."),
    N_("Name somebody else."),
    N_("{n} of your exchanges wait for an answer."),
    N_("Withdraw one first."),
    N_("The shift of {day} has begun already."),
    N_("A leader can cover it: `hub duty cover`."),
    N_("The shift of {day} is asked for in {what} already."),
    N_("Withdraw that first."),
    N_("Nobody decides about their own exchange of shifts."),
    N_("Ask another leader."),
    N_("No exchange {what} is open."),
    N_("`hub duty swap list` shows those that are."),
    N_("{what} is not yours to answer."),
    N_("`hub duty swap list` says who is asked."),
    N_("{what} was agreed to already."),
    N_("A leader decides about it now."),
    N_("{who} has not agreed to {what} yet."),
    N_("It can be approved when both want it."),
    N_("{day} is not within the next {n} days."),
    N_("Look at the date."),
    N_("{where} did not answer within {n} s."),
    N_("{where} refused the user name or password ({reason})."),
    N_("{where} fell silent."),
    N_("{where} has no video."),
    N_("{where} shows another certificate than the pinned one."),
    *OF_SUBJECTS,
    N_("{where}: {reason}."),
    N_("{item}: {problem}"),
)
"""The last two are what is left of what the watch says of a stream, and of an answer in a round."""

REASONS: dict[str, str] = {
    "Connection refused": N_("connection refused"),
    "Connection reset by peer": N_("connection reset"),
    "Connection timed out": N_("no answer in time"),
    "End of file": N_("the camera ended the stream"),
    "Network is unreachable": N_("network unreachable"),
    "No route to host": N_("address unreachable"),
    "Permission denied": N_("permission denied"),
    "Server returned 401 Unauthorized (authorization failed)": N_("401, authorization failed"),
    "Server returned 403 Forbidden (access denied)": N_("403, access denied"),
    "Server returned 404 Not Found": N_("404, not found"),
    "its socket is not there": N_("its socket is not there"),
    "no such host": N_("no such host"),
    "this account of the operating system may not use its socket": N_(
        "this account of the operating system may not use its socket"
    ),
}
"""What the system and libav say, where it is not the hub's own."""

_STATES: dict[str, dict[str, tuple[str, str]]] = {
    "release": RELEASE_STATES,
    "permit": words.PERMIT_STATES,
    "round": words.ROUND_STATES,
}
"""What the states of a subject are called, by the word that a sentence of it holds."""


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
    if language() != "en" and (of_device := reason_in_both(sentence).zh) != sentence:
        return of_device
    for known in SENTENCES:
        found = pattern_of(known).fullmatch(sentence)
        if found is not None:
            return _(known).format(**{name: _part(known, name, value) for name, value in found.groupdict().items()})
    return sentence


@cache
def pattern_of(known: str) -> re.Pattern[str]:
    """What a sentence with names in braces looks like; each name becomes a group."""
    parts = re.split(r"\{(\w+)\}", known)
    return re.compile("".join(f"(?P<{part}>.+?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)))


def _part(sentence: str, name: str, value: str) -> str:
    match name:
        case "findings":
            return words.listed(words.word(words.FINDINGS, kind) for kind in value.split(", "))
        case "not_judged":
            return words.word(words.NOT_JUDGED, value)
        case "reason":
            return words.word(REASONS, value)
        case "kind":
            return words.word(words.VALUE_KINDS, value)
        case "domains":
            return words.domains(value.split(", "))
        case "role" | "roles":
            return words.roles(value.split(", "))
        case "state" | "states" if language() == "en":
            return value.replace("_", " ")
        case "state" | "states":
            table = next((states for subject, states in _STATES.items() if subject in sentence), {})
            return words.listed(_(table[state][1]) if state in table else state for state in value.split(" or "))
        case "why":
            return translated(value)
        case _:
            return value
