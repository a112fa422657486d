"""The control room with its panels, and what comes over it: sign-in, forms, pictures, help."""
