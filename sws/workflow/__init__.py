"""Where Snakemake and DVC meet: one graph, read from the rules, and provenance that travels."""
