"""The site's devices: found, added, asked, compared with what was approved."""
