"""The API's addresses, by subject; each module gives a router."""
