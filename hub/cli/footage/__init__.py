"""Recordings: looked at, proven, released."""
