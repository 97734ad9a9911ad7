"""Measures what importing a long list costs, and taking it back."""
