"""How far somebody has come in following the journal, kept in the journal's own store.

A follower saves its position together with what it did (`append(…, documents=position_document(name, seq))`), in one
transaction, so that after any crash it goes on with the first record whose work was not done.
"""

from hub.journal.log import Journal


def load_position(journal: Journal, name: str) -> int:
    """`seq` of the last record that the follower `name` dealt with; 0 when it has never saved one."""
    value = journal.document(_document(name))
    return 0 if value is None else int(value)


def position_document(name: str, seq: int) -> dict[str, bytes]:
    """What to hand to `Journal.append` as `documents`."""
    return {_document(name): b"%d" % seq}


def _document(name: str) -> str:
    return f"position:{name}"
