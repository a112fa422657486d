"""Recordings and live pictures for people, through the hub only."""
