"""Series, targets, entities and metrics: what is watched, what people set for it and teach it."""
