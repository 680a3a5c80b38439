"""Limber: team stretch breaks for Slack."""
