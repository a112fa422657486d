"""Releases (调取): recordings are handed out only when somebody asked for them, somebody else allowed it, on record."""
