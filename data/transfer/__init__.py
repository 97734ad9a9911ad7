"""Carrying a whole register, as rows: into a backup, out of one, and from one database to another."""
