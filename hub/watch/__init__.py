"""The watch: worker processes that read the cameras' streams and say, all the time, how each camera is."""
