"""A batch of readings: whose they are, what each means, the statements that carry them."""
