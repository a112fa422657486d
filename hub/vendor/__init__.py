"""The surface towards devices: what a camera vendor's plugin implements, and what it is given."""
