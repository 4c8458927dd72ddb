#!/usr/bin/env bash
# Fuzzes one reader of outside bytes, or all of them one after another, with libFuzzer and AddressSanitizer.
# usage: fuzz.sh [TARGET] [SECONDS]     SECONDS: of each target; 60 for one, 15 where all are run
# What ends a reader is kept in Tests/Fuzzing/Corpus/TARGET, where `make test` replays it from then on. What only reaches
# new code stays in .build-fuzz/corpus and is used by the next run.
set -euo pipefail
cd "$(dirname "$0")/.."
corpus=Tests/Fuzzing/Corpus
step() { printf '\033[1m==>\033[0m %s\n' "$*"; }
fail() { printf 'fuzz: %s\n' "$*" >&2; exit "${status:-69}"; }

mapfile -t targets < <(ls "$corpus")
time=${2:-15}
if [ -n "${1:-}" ]; then
  [[ " ${targets[*]} " == *" $1 "* ]] || status=64 fail "there is no target \"$1\". Choose one of: ${targets[*]}"
  targets=("$1"); time=${2:-60}
fi
[[ $time =~ ^[1-9][0-9]*$ ]] || status=64 fail "SECONDS is \"$time\". Give a whole number, as in make fuzz TARGET=wav SECONDS=60"

probe=$(mktemp -d); trap 'rm -rf "$probe"' EXIT
cat >"$probe/probe.swift" <<'SWIFT'
@_cdecl("LLVMFuzzerTestOneInput") func probe(_ start: UnsafeRawPointer?, _ count: Int) -> Int32 { 0 }
SWIFT
swiftc -parse-as-library -sanitize=fuzzer,address "$probe/probe.swift" -o "$probe/probe" >"$probe/log" 2>&1 || {
  tail -3 "$probe/log" >&2
  fail "this Swift toolchain cannot link libFuzzer. Install the one of https://www.swift.org/install/linux, which brings it; \
the corpus is replayed without it by: swift test --filter FuzzingTests"
}

step "building the fuzzer (the first time takes some minutes)"
EARSHOT_FUZZ=1 swift build -c release --quiet --product earshot-fuzz --scratch-path .build-fuzz \
  --sanitize=address --sanitize=fuzzer
fuzzer=$(EARSHOT_FUZZ=1 swift build -c release --scratch-path .build-fuzz --show-bin-path)/earshot-fuzz

# Not looked for are leaks: where Swift keeps a pointer in an enum it writes the case into the pointer's spare bits, and the
# leak checker no longer knows it for one. What really grows meets the limit of memory.
export ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no

found=0 ended=0
for number in "${!targets[@]}"; do
  target=${targets[$number]}
  step "$((number + 1)) of ${#targets[@]}: $target, $time s"
  grown=.build-fuzz/corpus/$target; new=.build-fuzz/found/$target; log=.build-fuzz/$target.log
  mkdir -p "$grown" "$new"
  words=Tests/Fuzzing/Dictionaries/$target.dict; dictionary=(); [ -e "$words" ] && dictionary=(-dict="$words")
  # 1 GiB is what a reader may take with the sanitizer's own; nothing of 4 KiB is to take 10 s.
  if EARSHOT_FUZZ_TARGET=$target nice "$fuzzer" "$grown" "$corpus/$target" -artifact_prefix="$new/" "${dictionary[@]}" \
    -detect_leaks=0 -max_total_time="$time" -max_len=4096 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 >"$log" 2>&1; then
    sed -n 's/^stat::number_of_executed_units: */    executions: /p; s/^stat::peak_rss_mb: */    most memory, MiB: /p' "$log"
    grep -o 'cov: [0-9]*' "$log" | tail -1 | sed 's/cov: /    edges reached: /'
  else
    ended=$((ended + 1))
    grep -aE 'broken promise|Fatal error|SUMMARY|ERROR: ' "$log" | head -5 >&2 || tail -5 "$log" >&2
  fi
  for input in "$new"/*; do
    [ -e "$input" ] || continue
    # libFuzzer names it crash-, timeout-, oom- or leak-, then the SHA-1 of its bytes.
    name=$(basename "$input"); name=found-${name%-*}-${name##*-}; name=${name:0:$((${#name} - 32))}
    [[ $name == found-slow-unit* ]] && { rm "$input"; continue; }
    mv "$input" "$corpus/$target/$name"; found=$((found + 1))
    printf 'fuzz: %s\n' "found $corpus/$target/$name; the report is in $log. Mend the reader and commit both." >&2
  done
done
[ "$ended" = 0 ] || status=1 fail "$ended of ${#targets[@]} targets ended early, $found inputs were kept"
step "nothing found"
