#!/usr/bin/env bash
# `secret-tool lookup` says the same of a secret that is locked as of one that was never stored.
#
# Package: libsecret-tools 0.20.5-3 with libsecret-1-0 0.20.5-3, and gnome-keyring 42.1-1+b2 as the service (Debian 12, amd64).
# Input: a secret that `secret-tool store` has put into the login keyring, looked up while the keyring is open; then by a session in which
#   nobody has unlocked it (as after a login without a password, over SSH, or from a timer) and no prompter can show a window.
# Behaviour: locked and absent both end with 1, and nothing is printed on stdout or stderr. A session without a bus ends with 1 too, with a line on
#   stderr. So a script that makes a new secret where the lookup ends with 1 puts it into the place of a good one that is only locked.
#   `secret-tool search` tells them apart: it ends with 0 for both, and names the item that is locked.
# Output seen:
#   open: lookup 0, stdout yes, stderr no; search finds it: yes
#   absent: lookup 1, stdout no, stderr no; search finds it: no
#   locked: lookup 1, stdout no, stderr no; search finds it: yes
#   no bus: lookup 1, stdout no, stderr yes; search finds it: no
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/debs" "$folder/tree" "$folder/home"
mkdir -m 700 "$folder/run"
(
    cd "$folder/debs"
    apt-get -qq download libsecret-tools=0.20.5-3 libsecret-1-0=0.20.5-3 gnome-keyring=42.1-1+b2 \
        libgcr-base-3-1=3.41.1-1+b1 libgck-1-0=3.41.1-1+b1 libp11-kit0 libglib2.0-0 libgcrypt20 dbus-daemon libdbus-1-3 2>/dev/null
    for deb in *.deb; do dpkg -x "$deb" "$folder/tree"; done
)
# No service files: nothing is started but what is started here.
cat >"$folder/bus.conf" <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=$folder/run</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_type="error"/><allow receive_type="signal"/><allow receive_type="method_call"/>
    <allow receive_type="method_return"/><allow own="*"/></policy>
</busconfig>
CONF
cat >"$folder/session" <<'SESSION'
case="$1"
look() {
    code=0
    secret-tool lookup service demo account "$1" >out 2>err </dev/null || code=$?
    is() { if [ -s "$1" ]; then echo yes; else echo no; fi; }
    said="lookup $code, stdout $(is out), stderr $(is err)"
    secret-tool search service demo account "$1" >found 2>&1 </dev/null || true
    echo "$case: $said; search finds it: $(if grep -q '^\[/' found; then echo yes; else echo no; fi)"
}
start() {
    # A folder of its own, or the daemon would look for the one before it.
    export XDG_RUNTIME_DIR="$PWD/run-$case"
    mkdir -m 700 "$XDG_RUNTIME_DIR"
    gnome-keyring-daemon --foreground --components=secrets "$@" <&0 >/dev/null 2>&1 &
    trap "kill $!" EXIT
    # Until the service answers; looking for what nobody has stored changes nothing.
    for _ in $(seq 50); do timeout 5 secret-tool search service nobody >/dev/null 2>&1 && break || sleep 0.2; done
}
case "$case" in
    open) start --unlock < <(printf password); printf value | secret-tool store --label='a secret' service demo account one; look one ;;
    absent) start --unlock < <(printf password); look two ;;
    locked) start --start; look one ;;
    "no bus") look one ;;
esac
SESSION
run() {
    env -i PATH="$folder/tree/usr/bin:$PATH" HOME="$folder/home" XDG_RUNTIME_DIR="$folder/run" LC_ALL=C \
        LD_LIBRARY_PATH="$(echo "$folder"/tree/usr/lib/*-linux-gnu):$(echo "$folder"/tree/lib/*-linux-gnu)" "$@"
}
cd "$folder/home"
seen="$(
    for case in open absent locked; do
        run timeout 60 dbus-run-session --dbus-daemon="$folder/tree/usr/bin/dbus-daemon" --config-file="$folder/bus.conf" -- \
            bash "$folder/session" "$case" 2>/dev/null
    done
    run timeout 60 bash "$folder/session" "no bus"
)"
printf '%s\n' "$seen"
expected="open: lookup 0, stdout yes, stderr no; search finds it: yes
absent: lookup 1, stdout no, stderr no; search finds it: no
locked: lookup 1, stdout no, stderr no; search finds it: yes
no bus: lookup 1, stdout no, stderr yes; search finds it: no"
[ "$seen" = "$expected" ]
