"""Files that people handed over: photos, letters, pictures for the duty log."""
