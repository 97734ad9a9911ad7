"""Search records: what was searched, when, with which versions, and what was found."""
