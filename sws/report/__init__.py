"""The report of a run: one HTML page that needs no network, no server and no other file.

Whatever a model or a data set wrote is hostile: pages are built from escaped parts only (`html`),
rows travel as compressed data that the script shows as text (`rows`, `pack`), and formulas as trees
of known elements (`formulas`).
"""
