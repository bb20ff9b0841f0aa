"""Olena, Taras, the Stranger; their portal, its two companies, their accounts. One file a noun."""
