"""What stands beside the rules: calendar, roster, rounds, the schemes of replacement and assessment."""
