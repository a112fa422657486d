"""Looking at cameras through the hub: live, and what was recorded."""
