"""The knowledge base: playbooks with cited figures, and how the fitting one is found."""
