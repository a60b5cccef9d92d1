"""Turn a hotspot and the passages that fit it into recommendations that can be checked."""
