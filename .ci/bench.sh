#!/usr/bin/env bash
# The benchmarks of `make bench`: whole turns in real time, the audio path with busy cores, memory over many turns. Longer:
#   earshot bench turns --commands Tests/Fixtures/speech/commands.txt --unrelated Tests/Fixtures/speech/unrelated.txt
#   earshot bench audio --seconds 600        earshot bench soak --turns 2000
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n\033[1m==>\033[0m %s\n' "$*"; }
step "whole turns in real time (3 minutes)"
.build/release/earshot bench turns
step "the audio path, with every core busy (30 seconds)"
.build/release/earshot bench audio
step "memory over turns at full speed (2 minutes)"
.build/release/earshot bench soak --turns 300
