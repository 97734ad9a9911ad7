"""The web pages: templates and static files, without a build step, under a strict content security policy."""
