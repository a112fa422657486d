"""Proof of recordings: what of the sealed segments is as it was, and what is wrong with the rest. Pure."""
