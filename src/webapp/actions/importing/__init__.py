"""Files of a billing system come in: read, staged, checked and applied in bulk, by SQL alone."""
