"""What a series remembers, made anew from its stored readings."""
