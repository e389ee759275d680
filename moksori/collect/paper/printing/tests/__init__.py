"""Printing is tested on what comes out of it: pages, measured."""
