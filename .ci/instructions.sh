#!/usr/bin/env bash
# Prints how many instructions the packed kernels take for each product of a weight and an activation, on the variants that an
# emulator runs. It is what can be said of ARM's where there is no ARM; how long an instruction takes it does not say.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in qemu-aarch64 qemu-x86_64 aarch64-linux-gnu-gcc; do
  command -v $program >/dev/null || { echo "instructions: no $program; run .ci/setup.sh test" >&2; exit 69; }
done
built=$(mktemp -d); trap 'rm -rf "$built"' EXIT
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
[ -x "$clang" ] || clang=clang
for target in aarch64 x86_64; do
  mkdir "$built/$target"
  for source in Tests/Kernels/instructions.c Sources/CKernels/*.c Sources/CKernels/packed/*.c; do
    "$clang" --target=$target-linux-gnu -O2 -ISources/CKernels/include -c "$source" -o "$built/$target/$(basename "$source").o"
  done
done
aarch64-linux-gnu-gcc -static "$built"/aarch64/*.o -lm -o "$built/aarch64.run"
"$clang" -static "$built"/x86_64/*.o -lm -o "$built/x86_64.run"
# One line of the trace is one instruction.
count() { "qemu-$1" -cpu max -singlestep -d exec,nochain -D >(wc -l > "$built/lines") "$built/$1.run" "${@:2}"; wait; sleep 0.1; cat "$built/lines"; }
printf '%-14s' "instructions"; for type in Q4_K Q5_K Q6_K Q4_0 Q8_0 IQ4_NL IQ4_XS; do printf '%9s' $type; done; echo
for tokens in ${1:-1 4 64}; do
  echo "$tokens token(s), for each product of a weight and an activation"
  for variant in x86_64:avx2 aarch64:neon-dotprod aarch64:neon-i8mm; do
    printf '  %-12s' "${variant#*:}"
    for type in 12 13 14 2 8 20 23; do
      one=$(count "${variant%:*}" "${variant#*:}" $type $tokens 1)
      two=$(count "${variant%:*}" "${variant#*:}" $type $tokens 2)
      awk "BEGIN { printf \"%9.4f\", ($two - $one) / (64 * 512 * $tokens) }"
    done
    echo
  done
done
