"""SwS: a dataset-centric build system for weakness-driven problem synthesis.

From Python: `sws.verify` compares answers and votes, `sws.text` finds duplicates and overlap with
benchmarks, `sws.code_rewards` runs solutions against tests in a sandbox, `sws.weakness` finds the
failure set, `sws.config` reads an experiment, and `sws.store` the tables of a run.
"""

import os

# Ask NVIDIA's library, not CUDA, whether a GPU is there: a process that touched CUDA cannot fork
# workers that use it.
os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")

__version__ = "0.1.0"
