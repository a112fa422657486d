"""Devices: the recorders and cameras that the hub asks how they are, and what they tell by themselves."""
