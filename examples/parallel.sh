#!/usr/bin/env bash
# A sweep on every core of this machine by GNU parallel: shards in order, so the pieces concatenate to the whole.
# Usage: examples/parallel.sh OUT.ndjson SHARDS sweep-arguments...
set -euo pipefail
out=$1 shards=$2
shift 2
seq "$shards" | parallel --keep-order --halt now,fail=1 \
  npx compute-est sweep "$@" --format ndjson --shard "{}/$shards" > "$out"
