"""Documents that people upload, on their way to become playbooks."""
