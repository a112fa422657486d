"""Journal records in plain words, in both languages: a module for each part of the work."""
