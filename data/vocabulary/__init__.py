"""Terms for types and materials with their Getty AAT identifiers, and the Red Lists: data files and their reading."""
