"""What the control room has to do: alarms, repairs, permits, the log."""
