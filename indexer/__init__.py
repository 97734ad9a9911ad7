"""From the register to searchable generations, and the search itself: retrieve, verify, decide, explain."""
