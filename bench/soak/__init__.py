"""Readings sent through a bad network to a server that is killed; then the devices against the database."""
