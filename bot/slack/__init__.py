"""The only user of slack_bolt and slack_sdk: listeners, views, the courier."""
