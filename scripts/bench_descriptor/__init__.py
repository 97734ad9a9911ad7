"""Measures descriptors as the only retriever; `python -m scripts.bench_descriptor --help` tells how."""
