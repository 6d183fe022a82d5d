#!/usr/bin/env bash
# Opt-in: runs the examples for GNU parallel and for a one-node Slurm, and holds their output to the unsharded sweep's.
# Installs what it needs from Debian's packages, so it wants root on a Debian machine. `npm run test:cluster`.
set -euo pipefail
cd "$(dirname "$0")/.."
grid=(train --params 7B,70B --gpu a100,h100 --gpus 256..4096..x2 --mfu 0.4)
work=$(mktemp -d)
# ends what was started here, by its id
stop() {
  local pid
  for pid in $(cat "$work"/slurm*.pid "$work/munged.pid" 2> /dev/null); do
    kill "$pid" 2> /dev/null || true
    timeout 20 tail --pid="$pid" -f /dev/null || true
  done
  rm -rf "$work"
}
trap stop EXIT

need() { command -v "$1" > /dev/null || { apt-get update -qq && apt-get install -y -qq "${@:2}" > /dev/null; }; }
need parallel parallel
need slurmctld slurmctld slurmd slurm-client munge

node bin/compute-est.js sweep "${grid[@]}" --format ndjson > "$work/whole.ndjson"

examples/parallel.sh "$work/parallel.ndjson" 5 "${grid[@]}"
cmp "$work/whole.ndjson" "$work/parallel.ndjson"
echo "parallel: 5 shards equal the whole"

host=$(hostname -s)
mkdir -p "$work/state" "$work/spool" /run/munge
chown munge:munge /run/munge
[ -s /etc/munge/munge.key ] || { dd if=/dev/urandom of=/etc/munge/munge.key bs=1 count=1024 status=none; chown munge /etc/munge/munge.key; chmod 400 /etc/munge/munge.key; }
pgrep -x munged > /dev/null || { runuser -u munge -- /usr/sbin/munged; cp /run/munge/munged.pid "$work/munged.pid"; }
cat > "$work/slurm.conf" <<CONF
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MpiDefault=none
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES State=UP
CONF
export SLURM_CONF=$work/slurm.conf
slurmctld
slurmd
for _ in $(seq 60); do sinfo -h -o %t 2> /dev/null | grep -q idle && break; sleep 1; done
sbatch --wait --array=1-4 --output="$work/slurm-%a.log" examples/slurm.sbatch "$work/slurm" "${grid[@]}" > /dev/null || { cat "$work"/slurm-*.log; exit 1; }
cat "$work"/slurm/*.ndjson | cmp "$work/whole.ndjson" -
echo "slurm: an array of 4 equals the whole"
echo "2 passed, 0 failed"
