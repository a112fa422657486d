"""The pure domain: what can happen (events), what is (state), what may be asked (commands).

No module here does I/O, reads a clock or starts a thread; time always arrives as an argument.
"""
