"""What other settings would have found in the past of a series."""
