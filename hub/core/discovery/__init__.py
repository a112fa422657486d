"""Devices that were found around the hub, or named by a person, and taken into hub.toml."""
