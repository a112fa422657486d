"""Cameras: what people and rules may ask about them."""
