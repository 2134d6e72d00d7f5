"""Pictures of people and their relations as PNG; pure."""
