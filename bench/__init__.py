"""What it costs, measured here and now: `make bench` runs every module of this folder that has a `run`."""
