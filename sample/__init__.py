"""A sample company, and a tour through its day."""
