"""The language of conditions and texts: names, types, functions, placeholders."""
