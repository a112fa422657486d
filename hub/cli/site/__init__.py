"""The site: made, run, copied, brought to this version, proven, measured."""
