"""Plugins: listed, begun, recorded from, accepted."""
