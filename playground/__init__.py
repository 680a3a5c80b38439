"""A local Slack: what an app sends and receives, and people to act on the other side."""
