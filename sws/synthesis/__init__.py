"""Writing candidates from blueprints."""
