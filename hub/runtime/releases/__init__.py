"""Packages of footage that leaves the building."""
