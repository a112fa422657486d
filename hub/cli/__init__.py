"""The `hub` command. Thin: parse, call, print. Data goes to stdout, narration to stderr."""
