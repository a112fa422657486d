"""Whether the recordings are what was recorded: the chain of the journal, seals, lists, files."""
