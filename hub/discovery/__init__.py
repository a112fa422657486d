"""Looking for devices around the hub, judging what answered, and proposing how to take it in."""
