"""People, their accounts, posts and reviews."""
