"""Rule files and their cases: from TOML to rules in force, or to every problem at once."""
