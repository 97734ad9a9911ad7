"""The benchmark of sight: how surely works are found and told apart, beside what others would do on the same photos."""
