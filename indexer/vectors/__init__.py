"""The seam of vector indexes, and what stands behind it."""
