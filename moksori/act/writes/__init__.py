"""Everything that changes cases, actions and what is said beside them."""
