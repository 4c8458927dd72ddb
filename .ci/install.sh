#!/usr/bin/env bash
# Installs what `make build` built: install.sh DESTDIR PREFIX. With an empty DESTDIR and as root it also makes the user,
# the folders and the udev rules known to the running system.
set -euo pipefail
cd "$(dirname "$0")/.."
destination=$1 prefix=$2
root="$destination$prefix"
local_prefix=${EARSHOT_PREFIX:-$PWD/.prefix}
say() { printf '\033[1m==>\033[0m %s\n' "$*"; }

say "installing below $root"
install -d "$root/bin" "$root/libexec/earshot" "$root/lib/earshot" "$root/share/earshot/configs" "$root/share/earshot/hardware"
install -m 755 -s .build/release/earshot "$root/bin/earshot"
install -m 755 -s .build/release/earshot-worker "$root/libexec/earshot/earshot-worker"
install -m 644 .build/release/libEarshotVirtualSoundCard.so "$root/lib/earshot/"
install -m 644 "$local_prefix/share/earshot/silero_vad_16k_op15.onnx" "$root/share/earshot/"
install -d "$root/share/earshot/wake"
install -m 644 "$local_prefix"/share/earshot/wake/* "$root/share/earshot/wake/"
install -D -m 644 -t "$root/share/earshot/turns" "$local_prefix"/share/earshot/turns/*.onnx
for library in "$local_prefix"/lib/*.so*; do install -m 644 "$(readlink -f "$library")" "$root/lib/earshot/$(basename "$library")"; done
install -m 644 configs/* "$root/share/earshot/configs/"
install -D -m 644 -t "$root/share/earshot/Models" Models/*
cp -r hardware/. "$root/share/earshot/hardware/"

say "manual page and shell completions"
install -d "$root/share/man/man1" "$root/share/bash-completion/completions" "$root/share/zsh/site-functions" \
  "$root/share/fish/vendor_completions.d"
.build/release/earshot --experimental-dump-help | python3 .ci/manual.py | gzip -9n >"$root/share/man/man1/earshot.1.gz"
.build/release/earshot --generate-completion-script bash >"$root/share/bash-completion/completions/earshot"
.build/release/earshot --generate-completion-script zsh >"$root/share/zsh/site-functions/_earshot"
.build/release/earshot --generate-completion-script fish >"$root/share/fish/vendor_completions.d/earshot.fish"

install -d "$destination/etc/earshot" "$destination/usr/lib/systemd/system" "$destination/usr/lib/sysusers.d" \
  "$destination/usr/lib/tmpfiles.d" "$destination/usr/lib/udev/rules.d"
[ -e "$destination/etc/earshot/earshot.yaml" ] || install -m 644 configs/kitchen.yaml "$destination/etc/earshot/earshot.yaml"
sed "s#/usr/local#$prefix#g" systemd/earshot.service >"$destination/usr/lib/systemd/system/earshot.service"
install -m 644 systemd/*sysusers*.conf "$destination/usr/lib/sysusers.d/earshot.conf"
install -m 644 systemd/*tmpfiles*.conf "$destination/usr/lib/tmpfiles.d/earshot.conf"
install -m 644 systemd/*.rules "$destination/usr/lib/udev/rules.d/"

if [ -z "$destination" ] && [ "$(id -u)" = 0 ] && [ -d /run/systemd/system ]; then
  say "making the user, the folders and the device rules known"
  systemd-sysusers && systemd-tmpfiles --create earshot.conf && systemctl daemon-reload && udevadm control --reload && udevadm trigger
fi
say "installed. Next: edit /etc/earshot/earshot.yaml, try it with 'earshot doctor', then 'systemctl enable --now earshot'"
