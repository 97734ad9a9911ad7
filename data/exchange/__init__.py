"""Objects from and to the files that registers exchange."""
