"""Lengths of time in files: those of `hub.core.durations`."""

from hub.core.durations import LONGEST_S, PATTERN, parse_duration

__all__ = ["LONGEST_S", "PATTERN", "parse_duration"]
