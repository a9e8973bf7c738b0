#!/usr/bin/env bash
# SWS_LAUNCH=profiles/accelerate/slurm.sh: one launcher per node of the Slurm job, which starts one
# process per GPU. SWS_ACCELERATE chooses fsdp (default), ddp or deepspeed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
config=$here/${SWS_ACCELERATE:-fsdp}.yaml
gpus=$(nvidia-smi --list-gpus | wc -l)
job=${SLURM_JOB_ID:-}
# Snakemake's executor leaves the job's id alone of Slurm's variables: the rest is asked for.
hosts=localhost
[ -z "$job" ] || hosts=$(scontrol show hostnames "$(squeue --noheader --jobs "$job" --format %N)")
nodes=$(wc -l <<<"$hosts")
main=$(head -n 1 <<<"$hosts")
[ -z "$job" ] || main=$(scontrol --oneliner show node "$main" | sed 's/.* NodeAddr=\([^ ]*\).*/\1/')
port=$((20000 + ${job:-0} % 20000)) # jobs that share a node must not share a port

launch="accelerate launch --config_file $config --num_machines $nodes \
  --num_processes $((nodes * gpus)) --machine_rank \${SLURM_NODEID:-0} \
  --main_process_ip $main --main_process_port $port -m"

if [ "$nodes" -gt 1 ]; then
  exec srun --jobid "$job" --nodes "$nodes" --ntasks "$nodes" --ntasks-per-node 1 \
    bash -c "exec $launch \"\$@\"" launch "$@"
fi
exec bash -c "exec $launch \"\$@\"" launch "$@"
