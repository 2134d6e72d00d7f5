"""Everything that touches SQL."""
