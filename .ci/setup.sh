#!/usr/bin/env bash
# Installs what building and testing Earshot needs: Debian packages, and the contents of pinned PyPI wheels, which are
# unpacked into a local prefix with pkg-config files. Says what it does; does nothing the second time.
# usage: setup.sh [build|test]      environment: EARSHOT_PREFIX (default: .prefix beside the Makefile)
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=${EARSHOT_PREFIX:-$PWD/.prefix}
want=${1:-build}

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 69; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "installing packages needs root: run this as root, or install sudo"; fi
}

packages=(make pkg-config unzip python3 python3-venv
  libasound2-dev libasound2-plugins libopus-dev libopusfile-dev libopusenc-dev libopenblas-dev libspeexdsp-dev
  libpocketsphinx-dev pocketsphinx-en-us flite1-dev espeak-ng libsqlite3-dev)
[ "$want" = test ] && packages+=(pulseaudio pulseaudio-utils alsa-utils python3-yaml qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross)

command -v swift >/dev/null || fail "no Swift toolchain on PATH. Install Swift 6.2 or later from https://www.swift.org/install/linux and try again"
[ -r /etc/debian_version ] || say "this is not Debian: package names may differ (${packages[*]})"

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  log=$(mktemp)
  { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 \
    || { tail -20 "$log" >&2; fail "apt-get could not install them; the last lines are above, the rest in $log"; }
  rm -f "$log"
fi

# wheel NAME VERSION SHA256-x86_64 SHA256-aarch64 PATH-INSIDE...: unpacks files of one pinned wheel below $prefix/wheels/NAME.
wheel() {
  local name=$1 version=$2 hash machine stamp dir
  machine=$(uname -m); case $machine in x86_64) hash=$3;; aarch64) hash=$4;; *) fail "no pinned $name for $machine";; esac
  stamp="$prefix/wheels/$name.stamp"; dir="$prefix/wheels/$name"
  # The files count as well: a set-up of an older checkout may have taken fewer.
  local wanted="$version $hash ${*:5}"
  [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
  say "fetching $name $version from PyPI"
  rm -rf "$dir" "$prefix/download"; mkdir -p "$dir" "$prefix/download"
  python3 -m pip --version >/dev/null 2>&1 || { [ -x "$prefix/venv/bin/pip" ] || python3 -m venv "$prefix/venv"; }
  local pip=(python3 -m pip); [ -x "$prefix/venv/bin/pip" ] && pip=("$prefix/venv/bin/python" -m pip)
  "${pip[@]}" download -q --disable-pip-version-check --no-deps --only-binary=:all: -d "$prefix/download" "$name==$version" \
    || fail "pip could not fetch $name $version; is the network there?"
  local file; file=$(ls "$prefix"/download/*.whl)
  if [ "$hash" != any ]; then
    echo "$hash  $file" | sha256sum -c --status || fail "$(basename "$file") is not the file that was pinned (sha256 $(sha256sum "$file" | cut -d' ' -f1))"
  fi
  shift 4; unzip -q -o "$file" "$@" -d "$dir"
  rm -rf "$prefix/download"
  echo "$wanted" >"$stamp"
}

mkdir -p "$prefix"/{lib/pkgconfig,include,share/earshot,wheels}
silero_hash=7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8
sherpa_x86=f4ee0ab91c4ae596e0e49d7de32522a946295e038a652f1c1884d89014ee4ec2
wheel silero-vad 6.2.3 $silero_hash $silero_hash 'silero_vad/data/silero_vad_16k.safetensors' 'silero_vad/data/silero_vad_16k_op15.onnx' 'silero_vad-*/*'
wheel sherpa-onnx-core 2.0.1 "$sherpa_x86" 4a855a5c89c89885111e4e9c570e5da1aed63373c031b757d8046792d95fe8fe 'sherpa_onnx/*' 'sherpa_onnx_core-*/*'
wheel pymicro-wakeword 2.5.0 3869f536402b1254e3be3549d3a462ecd6ed21ce2c3e77ec8eb501c3c700417c \
  6c75b77c936efd19b8c35a094cb7e3fdbd4ebcd0f63635a0851ce591990829f2 \
  'pymicro_wakeword/lib/*' 'pymicro_wakeword/models/*' 'pymicro_wakeword-*/*'
smart_hash=0352f504b44e78bdf524e45af4bc759601c835b9b7dc195efe5e03384b974a44
wheel pipecat-ai 1.14.0 $smart_hash $smart_hash 'pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx' 'pipecat_ai-*/licenses/*'
# Two trainings of one network: the ONNX file holds the weights that the package itself computes with.
for weights in silero_vad_16k.safetensors silero_vad_16k_op15.onnx; do
  ln -sf "$prefix/wheels/silero-vad/silero_vad/data/$weights" "$prefix/share/earshot/$weights"
done
ln -sfn "$prefix/wheels/pipecat-ai/pipecat/audio/turn/smart_turn/data" "$prefix/share/earshot/turns"
sherpa="$prefix/wheels/sherpa-onnx-core/sherpa_onnx"
ln -sfn "$sherpa/include/sherpa-onnx" "$prefix/include/sherpa-onnx"
for library in "$sherpa"/lib/*.so*; do ln -sf "$library" "$prefix/lib/"; done
# The model in the box, where the tests' own program looks for it.
ln -sfn "$PWD/Models" "$prefix/share/earshot/Models"
ln -sf "$prefix/wheels/pymicro-wakeword/pymicro_wakeword/lib/libtensorflowlite_c.so" "$prefix/lib/"
ln -sfn "$prefix/wheels/pymicro-wakeword/pymicro_wakeword/models" "$prefix/share/earshot/wake"
cat >"$prefix/lib/pkgconfig/tensorflowlite_c.pc" <<PC
Name: tensorflowlite_c
Description: TensorFlow Lite's C library, as packaged on PyPI for wake words
Version: 2.17
Libs: -L$prefix/lib -ltensorflowlite_c
PC
# The vocabularies that the tokenizer's and the chat formats' tests compare with; nothing that is installed needs them.
if [ "$want" = test ]; then
  mistral_hash=98b4d0755b8d90bf4691fa8f1b70cb3b4a8cd4dc1653c4ed08ef3d1c7d2c29af
  wheel mistral-common 1.13.1 $mistral_hash $mistral_hash 'mistral_common/data/tokenizer.model.v1' \
    'mistral_common/data/mistral_instruct_tokenizer_*.model.v?' 'mistral_common/data/tekken_*.json' 'mistral_common-*/*'
  ln -sfn "$prefix/wheels/mistral-common/mistral_common/data" "$prefix/share/earshot/tokenizers"
fi
cat >"$prefix/lib/pkgconfig/sherpa-onnx.pc" <<PC
Name: sherpa-onnx
Description: speech recognition and synthesis with ONNX models (C API), as packaged on PyPI
Version: 2.0.1
Libs: -L$prefix/lib -lsherpa-onnx-c-api -lonnxruntime
Cflags: -I$prefix/include
PC
say "set-up is complete ($prefix)"
