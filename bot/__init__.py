"""Scharnier's core and its composition."""
