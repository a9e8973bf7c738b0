#!/usr/bin/env bash
# SWS_LAUNCH=profiles/accelerate/slurm.sh: one launcher per node of the Slurm job, which starts one
# process per GPU. SWS_ACCELERATE chooses fsdp (default) or deepspeed.
set -euo pipefail

here=$(dirname "$0")
config=$here/${SWS_ACCELERATE:-fsdp}.yaml
nodes=${SLURM_JOB_NUM_NODES:-1}
gpus=$(nvidia-smi --list-gpus | wc -l)
main=$(scontrol show hostnames "${SLURM_JOB_NODELIST:-localhost}" 2>/dev/null | head -n 1 || hostname)
port=$((20000 + ${SLURM_JOB_ID:-0} % 20000)) # jobs that share a node must not share a port

launch="accelerate launch --config_file $config --num_machines $nodes \
  --num_processes $((nodes * gpus)) --machine_rank \${SLURM_NODEID:-0} \
  --main_process_ip ${main:-localhost} --main_process_port $port -m"

if [ "$nodes" -gt 1 ]; then
  exec srun --ntasks "$nodes" --ntasks-per-node 1 bash -c "exec $launch \"\$@\"" launch "$@"
fi
exec bash -c "exec $launch \"\$@\"" launch "$@"
