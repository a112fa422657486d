"""Rules on record: turned off and on, their variables, their loops, the calendar they go by."""
