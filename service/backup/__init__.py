"""Backups: one file with the whole register, its photos and its index; made, looked at, and restored."""
