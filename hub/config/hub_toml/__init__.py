"""What hub.toml may say, and hub.toml itself: checked, added to, saved."""
