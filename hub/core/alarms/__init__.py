"""Alarms by ISA-18.2 / IEC 62682."""
