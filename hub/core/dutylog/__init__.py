"""The duty log: what happened in the control room, what was done about it, and who was there."""
