"""A small local Slack, for people without a workspace and for tests; speaks Slack's wire protocol only."""
