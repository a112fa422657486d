"""What is recorded, whether it is on disk, and how long it is kept."""
