"""What lies between a customer and a response: links, proofs, files; no database."""
