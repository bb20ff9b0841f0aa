"""Neighbours on loopback that misbehave as they are told."""
