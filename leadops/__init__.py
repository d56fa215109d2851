"""The porch: settings, urls, and what runs the house. Composes, holds no logic."""
