"""Fault tickets: from the report to the verified repair."""
