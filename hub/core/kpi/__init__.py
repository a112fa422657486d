"""Figures of the control room, computed from the record, each with its definition and its denominator."""
