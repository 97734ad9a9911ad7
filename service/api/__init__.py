"""The HTTP API under /api/v1: a router per noun. Routes are thin; the modules they call do the work."""
