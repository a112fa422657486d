"""Rules: in force, and the author's tools, which work on files."""
