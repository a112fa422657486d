"""Where recordings lie besides the folder they are written to, and how they get there."""
