"""What plugins bring to the running hub, and their faults."""
