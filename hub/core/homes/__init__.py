"""Where steered cameras stand when nobody steers them: their home preset, and whether they are there."""
