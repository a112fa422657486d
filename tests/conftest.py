"""What holds for every test."""

from hypothesis import settings

# How long an example takes says something about the machine, and about nothing that these tests are about.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
