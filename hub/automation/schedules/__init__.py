"""When scheduled rules come due, and what became of it. Pure; no clock."""
