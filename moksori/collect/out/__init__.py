"""What leaves: signed messages, tables for people and programs, feeds."""
