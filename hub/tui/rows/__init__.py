"""Pure: what the hub says → rows, cells, facts. Nothing here knows Textual, reads a clock or does I/O."""
