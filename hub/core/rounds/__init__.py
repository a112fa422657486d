"""Rounds: what is looked at, on which assets, and what was found."""
