#!/usr/bin/env bash
# The checks and tests of `make test`, each said before it runs.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\033[1m==>\033[0m %s\n' "$*"; }

step "format"
swift format lint --strict --parallel --recursive Sources Tests Package.swift
step "arrows: which module may import which"
python3 .ci/arrows.py
step "building the tests (the first time takes a few minutes)"
swift build --quiet --build-tests
step "tests"
# One test after another: Flite, which speech and letter-to-sound share, keeps state for the whole process.
swift test --skip-build --quiet --no-parallel
