"""Where feedback comes from: a folder for each kind."""
