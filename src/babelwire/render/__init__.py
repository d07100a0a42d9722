"""Edition -> Files: pages and feeds. Touches no disk."""
