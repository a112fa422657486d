"""Packets as they come, onto disk: never decoded, never encoded anew."""
