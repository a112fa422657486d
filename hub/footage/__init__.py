"""Sealed packages of recordings: what is in them, how they are made, and how anybody checks them."""
