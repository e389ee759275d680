"""Whether a customer may be asked: rules without a database."""
