#!/usr/bin/env bash
# A real Slurm with one node, this machine: `slurm.sh start [CPUS]`, `crash` or `stop`.
# Needs root and Debian's packages slurm-wlm and munge. Jobs find only /etc/slurm/slurm.conf.
set -euo pipefail

start() {
  local cpus=${1:-$(nproc)} memory host
  memory=$(awk '/MemTotal/ {print int($2 / 1024) - 500}' /proc/meminfo)
  host=$(hostname -s)
  mkdir -p /etc/slurm /var/spool/slurmctld /var/spool/slurmd /run/munge /var/log/slurm
  cat >/etc/slurm/slurm.conf <<CONF
ClusterName=local
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
StateSaveLocation=/var/spool/slurmctld
SlurmdSpoolDir=/var/spool/slurmd
SlurmctldPidFile=/run/slurmctld.pid
SlurmdPidFile=/run/slurmd.pid
SlurmctldLogFile=/var/log/slurm/slurmctld.log
SlurmdLogFile=/var/log/slurm/slurmd.log
ReturnToService=2
MpiDefault=none
SlurmdTimeout=20
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=$memory State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
  chown munge:munge /run/munge
  pgrep -x munged >/dev/null || runuser -u munge -- munged
  pgrep -x slurmctld >/dev/null || slurmctld
  pgrep -x slurmd >/dev/null || slurmd
  for _ in $(seq 60); do
    if [ "$(sinfo --noheader --format %T 2>/dev/null)" = idle ]; then return 0; fi
    sleep 1
  done
  echo "Slurm did not come up; see /var/log/slurm" >&2
  return 1
}

tree() { # a process and all below it
  echo "$1"
  for child in $(ps -o pid= --ppid "$1"); do tree "$child"; done
}

crash() { # the node loses power: its daemon and all its jobs are gone at once; then it boots
  local victims
  victims=$(for pid in $(pgrep -x slurmd; pgrep -x slurmstepd); do tree "$pid"; done)
  kill -9 $victims 2>/dev/null || true
  sleep 1
  slurmd
}

stop() {
  for daemon in slurmd slurmctld munged; do
    pid=$(pgrep -x "$daemon" || true)
    if [ -n "$pid" ]; then kill $pid; fi
  done
}

"$@"
