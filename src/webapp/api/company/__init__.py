"""What a company's billing system may do with a key: bring items, and take what happened in the cabinet."""
