"""Customers, accounts, products and regions."""
