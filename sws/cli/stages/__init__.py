"""The verbs of the graph by chapter, in the order in which it runs them; see rules/, too."""

from importlib import import_module

CHAPTERS = (
    "seed",
    "training",
    "weakness",
    "concepts",
    "serving",
    "synthesis",
    "filtering",
    "evaluation",
    "self_verify",
    "staged",
)

for chapter in CHAPTERS:
    import_module(f"{__name__}.{chapter}")  # registers its verbs, in this order
