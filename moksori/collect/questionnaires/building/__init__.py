"""What the builder's forms mean: form data in, a changed draft out; no database."""
