"""SwS: a dataset-centric build system for weakness-driven problem synthesis.

From Python: `sws.verify` compares answers and votes, `sws.text` finds duplicates and overlap with
benchmarks, `sws.code_rewards` runs solutions against tests in a sandbox, `sws.weakness` finds the
failure set, `sws.config` reads an experiment, and `sws.store` the tables of a run.
"""

import os

# A process that has touched CUDA cannot fork the workers that vLLM starts. So NVML is asked whether
# there is a GPU, not CUDA, and workers are spawned.
os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
os.environ.setdefault("VLLM_WORKER_MULTIPROC_METHOD", "spawn")

__version__ = "0.2.0"
