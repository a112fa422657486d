"""What a picture says of its camera: pure numpy measures, learned reference views, judgement with persistence.

No module here does I/O, reads a clock or starts a thread; times are arguments.
"""
