"""The register of assets, and the rounds on which they are looked at."""
