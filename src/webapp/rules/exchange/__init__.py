"""Files that a billing system and the cabinet hand each other: how they look, and what may be wrong with them."""
