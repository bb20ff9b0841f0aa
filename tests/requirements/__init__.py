"""Which behaviour of the systems before us is proved by which test: read from the marks, never run."""
