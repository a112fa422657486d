"""The journal: what happened, in one order, append-only and hash-chained. What is not in it did not happen."""
