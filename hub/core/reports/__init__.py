"""Reports of the control room: what a day, a week, a month or a clause comes to."""
