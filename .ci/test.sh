#!/usr/bin/env bash
# The checks and tests of `make test`, each said before it runs.
set -euo pipefail
cd "$(dirname "$0")/.."
# With the engine on another machine, which is tested against servers of our own.
export EARSHOT_REMOTE=1
step() { printf '\033[1m==>\033[0m %s\n' "$*"; }

step "format"
swift format lint --strict --parallel --recursive Sources Tests Package.swift
step "arrows: which module may import which"
python3 .ci/arrows.py
step "the generator of the small model's training"
python3 -m unittest discover -q -s Training/tests -t Training
step "kernels for ARM, under an emulator"
.ci/neon.sh
step "building the tests (the first time takes a few minutes)"
swift build --quiet --build-tests
step "tests"
# The tests run inside the toolchain's own program, beside which nothing of ours lies.
export EARSHOT_SHARE="${EARSHOT_PREFIX:-$PWD/.prefix}/share/earshot"
# One test after another, and those of Transcription in a process of their own: Flite keeps state for the whole process, and
# their test voices and those of Speech are the same objects.
swift test --skip-build --quiet --no-parallel --skip TranscriptionTests
swift test --skip-build --quiet --no-parallel --filter TranscriptionTests
