"""From cameras to orders for the watch, and from what it sees to what is on record."""
