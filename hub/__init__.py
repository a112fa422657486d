"""Watchroom: the automation hub of a camera control room. Importing it costs nothing."""

__version__ = "0.1.0"
