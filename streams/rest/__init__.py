"""What every REST door shares: sign-in, strict input, pages, preconditions, repeated requests."""
