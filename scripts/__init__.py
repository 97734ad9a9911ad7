"""Makers that are no part of the service: the demo register, benchmarks, training."""
