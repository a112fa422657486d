"""Recorders and cameras as devices: found, added, asked, their settings."""
