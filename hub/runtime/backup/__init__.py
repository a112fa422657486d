"""Copies of the site: made, put back, brought to the shape of this version."""
