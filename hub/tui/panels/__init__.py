"""The six panels. Each is given a `Situation` to draw and posts what people ask for."""
