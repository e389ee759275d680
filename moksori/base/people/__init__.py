"""Members, units, roles and the access gate."""
