"""SwS: a dataset-centric build system for weakness-driven problem synthesis."""

__version__ = "0.1.0"
