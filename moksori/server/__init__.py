"""Assembly: settings, addresses, API, command line, worker."""
