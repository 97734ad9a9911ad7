"""Trains the bundled descriptor; `python -m scripts.train_descriptor --help` tells how."""
