"""SwS: a dataset-centric build system for weakness-driven problem synthesis.

From Python: `sws.verify` compares answers and votes, `sws.text` finds duplicates and overlap with
benchmarks, `sws.code_rewards` runs solutions against tests in a sandbox, `sws.weakness` finds the
failure set, `sws.config` reads an experiment, and `sws.store` the tables of a run.
"""

__version__ = "0.1.0"
