"""Rules tried out: on cases, on the past, against another version of themselves."""
