"""The service: HTTP API, web pages, search records and the command line."""
