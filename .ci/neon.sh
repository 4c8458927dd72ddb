#!/usr/bin/env bash
# Compiles the language model's kernels for ARM and compares its variants with the plain one under an emulator. Nothing here can
# say how fast they are.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in qemu-aarch64 aarch64-linux-gnu-gcc; do
  command -v $program >/dev/null || { echo "neon: no $program; run .ci/setup.sh test" >&2; exit 69; }
done
built=$(mktemp -d); trap 'rm -rf "$built"' EXIT
# Swift's own clang, as on a board.
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
[ -x "$clang" ] || clang=clang
"$clang" --target=aarch64-linux-gnu -O2 -Wall -ISources/CKernels/include -c Tests/Kernels/compare.c -o "$built/compare.o"
for source in Sources/CKernels/*.c Sources/CKernels/packed/*.c; do
  "$clang" --target=aarch64-linux-gnu -O2 -ISources/CKernels/include -c "$source" -o "$built/$(basename "$source").o"
done
aarch64-linux-gnu-gcc -static "$built"/*.o -lm -o "$built/compare"
qemu-aarch64 -cpu max "$built/compare"
