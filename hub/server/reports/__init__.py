"""Reports and reviews: asked for, counted, made into pages."""
