"""The public test-kit: what the hub's own tests use, for the tests of plugins too. See docs/plugins/testing.md."""

from hub.testing.clock import FakeClock

__all__ = ["FakeClock"]
