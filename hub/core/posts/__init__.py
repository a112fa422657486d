"""Posts: who is there, who should be, and how a post is handed over."""
