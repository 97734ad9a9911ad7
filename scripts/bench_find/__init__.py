"""Measures how long finding by words and fields takes in a large generated register, on both databases."""
