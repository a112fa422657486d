"""Duty: posts, shifts and who has them."""
