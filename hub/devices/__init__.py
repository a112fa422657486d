"""The way to the devices of the site: sessions of vendors, bounded, apart from each other, and judged."""
