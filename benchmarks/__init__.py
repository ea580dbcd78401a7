"""Measure how fast and how large the service is, on tables that hold no real person."""
