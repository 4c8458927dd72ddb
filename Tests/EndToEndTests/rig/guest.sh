#!/bin/bash
# Runs as root inside the virtual machine; see README.md. Prints what it checks; exits 0 where all of it holds.
set -u
failures=0
check() { if eval "$2"; then echo "ok    $1"; else echo "FAIL  $1"; failures=$((failures + 1)); fi; }
value() { cat "/sys/devices/platform/gpio-sim.0/gpiochip0/sim_gpio$1/value"; }
wait_for() { local i; for i in $(seq "$1"); do eval "$2" && return 0; sleep 0.5; done; return 1; }

modprobe snd-aloop && gpiosim-up || { echo "FAIL  no loopback or simulator"; exit 1; }
cp -a /payload/tree/. /
cp /payload/guest.yaml /etc/earshot/earshot.yaml
echo /usr/local/lib/earshot >/etc/ld.so.conf.d/earshot.conf; ldconfig
systemd-sysusers; systemd-tmpfiles --create earshot.conf; udevadm control --reload; udevadm trigger; udevadm settle
systemctl daemon-reload

systemctl start earshot; check "the unit starts and reports READY" '[ "$(systemctl is-active earshot)" = active ]'
check "the kitchen light is off at the start" '[ "$(value 0)" = 0 ]'
call=(earshot tools call --config /payload/guest.yaml set_light '{"room":"kitchen","on":true}')
said=$("${call[@]}" 2>&1); status=$?
check "a line in use is refused, with its holder" '[ $status = 69 ] && grep -q "holds it" <<<"$said"'; echo "      $said"
said=$(setpriv --reuid=65534 --regid=65534 --clear-groups "${call[@]}" 2>&1); status=$?
check "somebody without permission is told how to get it" '[ $status = 77 ] && grep -q "group" <<<"$said"'; echo "      $said"
arecord -q -D hw:Loopback,1,2 -f S16_LE -r 16000 -d 60 /dev/null & sleep 1
run=(earshot run --simulate --config /payload/guest.yaml --set journal.file=/tmp/journal.sqlite --set audio.capture=hw:Loopback,1,2)
said=$("${run[@]}" 2>&1); status=$?; kill %1
check "a busy microphone is refused, with its holder" '[ $status = 69 ] && grep -q "arecord" <<<"$(grep capture <<<"$said")" && ! grep -q "pcmC0D0p" <<<"$(grep capture <<<"$said")"'; echo "      $said"
aplay -q -D hw:Loopback,0,0 /payload/wav/kitchen-on.wav
check "a spoken command switches the line on" 'wait_for 60 "[ \$(value 0) = 1 ]"'
systemctl kill -s KILL --kill-whom=main earshot
check "a killed daemon leaves the line in its safe state" 'wait_for 4 "[ \$(value 0) = 0 ]"'
check "systemd brings it back" 'wait_for 60 "[ \$(systemctl is-active earshot) = active ]"'
check "it counts one restart" '[ "$(systemctl show -p NRestarts --value earshot)" = 1 ]'
sleep 2
aplay -q -D hw:Loopback,0,0 /payload/wav/bedroom-on.wav
check "a command works after the restart" 'wait_for 60 "[ \$(value 1) = 1 ]"'
systemctl stop earshot
check "stopping leaves every line in its safe state" '[ "$(value 0)$(value 1)" = 00 ]'
journalctl -u earshot --no-pager -o cat | tail -40
exit "$failures"
