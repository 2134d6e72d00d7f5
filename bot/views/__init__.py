"""Results become Block Kit; pure."""
