"""The published tree served, and the only dynamic routes."""
