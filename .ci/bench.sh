#!/usr/bin/env bash
# The benchmarks of `make bench`: whole turns in real time, and the stages alone.
set -euo pipefail
cd "$(dirname "$0")/.."
.build/release/earshot bench turns "$@"
