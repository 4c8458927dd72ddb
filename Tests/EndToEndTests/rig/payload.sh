#!/usr/bin/env bash
# payload.sh DIR: what the guest needs, below DIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../.."
out=$(readlink -m "$1")
rm -rf "$out"; mkdir -p "$out/tree" "$out/wav"
make install DESTDIR="$out/tree" prefix=/usr/local
for library in $(ldd .build/release/earshot .build/release/earshot-worker | awk '$3 ~ /^\// { print $3 }' | sort -u); do
  case $library in */libc.so*|*/libm.so*|*/libpthread*|*/libdl*|*/ld-linux*) continue;; esac
  cp -n "$library" "$out/tree/usr/local/lib/earshot/"
done
# Voices are loaded by name.
cp -n /usr/lib/*-linux-gnu/libflite_cmu_us_*.so.1 "$out/tree/usr/local/lib/earshot/"
mkdir -p "$out/tree/usr/share/pocketsphinx/model"
cp -r /usr/share/pocketsphinx/model/en-us "$out/tree/usr/share/pocketsphinx/model/"
say() { .build/release/earshot say --config "$here/guest.yaml" --voice slt --out "$out/wav/$1.wav" "$2"; }
say kitchen-on "turn on the kitchen light"
say bedroom-on "turn on the bedroom light"
cp "$here/guest.yaml" "$here/guest.sh" "$out/"
