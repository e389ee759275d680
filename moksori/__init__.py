"""Moksori (목소리): the customer's voice, turned into proven action."""

__version__ = "0.1.0"
