#!/usr/bin/env bash
# Removes what install.sh put there: uninstall.sh DESTDIR PREFIX. The configuration and the journal stay.
set -euo pipefail
destination=$1 prefix=$2
root="$destination$prefix"
say() { printf '\033[1m==>\033[0m %s\n' "$*"; }

if [ -z "$destination" ] && [ -d /run/systemd/system ] && systemctl cat earshot >/dev/null 2>&1; then
  say "stopping the service"
  systemctl disable --now earshot
fi
say "removing Earshot below $root"
rm -f "$root/bin/earshot" "$root/share/man/man1/earshot.1.gz" "$root/share/bash-completion/completions/earshot" \
  "$root/share/zsh/site-functions/_earshot" "$root/share/fish/vendor_completions.d/earshot.fish"
rm -rf "$root/libexec/earshot" "$root/lib/earshot" "$root/share/earshot"
rm -f "$destination/usr/lib/systemd/system/earshot.service" "$destination/usr/lib/sysusers.d/earshot.conf" \
  "$destination/usr/lib/tmpfiles.d/earshot.conf" "$destination/usr/lib/udev/rules.d/60-earshot.rules"
if [ -z "$destination" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
say "removed; /etc/earshot, /var/lib/earshot and the user earshot stay"
