"""What another program posts, in a shape of its own: taken apart and mapped."""
