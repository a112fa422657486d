"""hub.toml and rule files: from what a person wrote to checked models, or to every problem at once."""
