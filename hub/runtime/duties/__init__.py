"""What the hub does by itself in people's work: duty, attention, rounds, repairs, reviews."""
