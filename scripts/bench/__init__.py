"""The benchmark: how fast photos are indexed and searched, beside the sum of the bare steps."""
