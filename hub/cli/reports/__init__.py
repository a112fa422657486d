"""What a period comes to, and what serves each clause."""
