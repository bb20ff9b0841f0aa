"""The personal API: what a person's own programs may ask and hand in, by a token. Each module is a noun."""
