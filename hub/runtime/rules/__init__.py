"""Rules at work: read, in force, scheduled, replayed."""
