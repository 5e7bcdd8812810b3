#!/usr/bin/env bash
# `docker pull` and `docker push` go on without credentials where the registry's credential helper fails, and say nothing of it.
#
# Package: docker.io 20.10.24+dfsg1-1+deb12u1+b6 (Debian 12, amd64), the client alone. The same with 28.2.2.
# Input: a credHelpers entry in ~/.docker/config.json, whose helper answers `get` as docker-credential-helpers documents a failure: the
#   reason on stdout, exit status 1. Before it, the same helper with credentials. The daemon is a stand-in that takes everything and writes
#   down what it was sent.
# Behaviour: the client drops the error and sends an X-Registry-Auth of `{}`, as for a registry without any helper. Nothing is printed and
#   the exit status is the daemon's: against a registry that also serves anonymous users a person gets the public image of that name, and
#   against a private one "no basic auth credentials" or "pull access denied", which names another cause.
# Output seen:
#   pull, helper answers: exit status 0, user AWS, says the reason: no
#   pull, helper fails: exit status 0, user none, says the reason: no
#   push, helper fails: exit status 0, user none, says the reason: no
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill "${daemon:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
mkdir -p "$folder/bin" "$folder/home/.docker"
(cd "$folder" && apt-get -qq download docker.io=20.10.24+dfsg1-1+deb12u1+b6 2>/dev/null && dpkg -x docker.io*.deb tree)
docker="$folder/tree/usr/bin/docker"

cat >"$folder/daemon.py" <<'PY'
import base64, http.server, sys

class Daemon(http.server.BaseHTTPRequestHandler):
    def answer(self, body):
        self.send_response(200)
        for name, value in {"Api-Version": "1.41", "Ostype": "linux", "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        self.answer(b"OK")

    do_HEAD = do_GET

    def do_POST(self):
        sent = self.headers.get("X-Registry-Auth", "")
        with open(sys.argv[1] + "/sent", "wb") as out:
            out.write(base64.urlsafe_b64decode(sent + "=="))
        self.answer(b'{"status":"complete"}\n')

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Daemon)
with open(sys.argv[1] + "/port", "w") as out:
    print(server.server_port, file=out)
server.serve_forever()
PY
python3 "$folder/daemon.py" "$folder" &
daemon=$!
until [ -s "$folder/port" ]; do sleep 0.1; done
export HOME="$folder/home" PATH="$folder/bin:$PATH"
DOCKER_HOST="tcp://127.0.0.1:$(cat "$folder/port")"
export DOCKER_HOST
echo '{"credHelpers": {"registry.example": "mine"}}' >"$HOME/.docker/config.json"

try() { # a word for the helper, docker's command, and what the helper does
    printf '#!/bin/sh\ncat >/dev/null\n%s\n' "$3" >"$folder/bin/docker-credential-mine"
    chmod +x "$folder/bin/docker-credential-mine"
    rm -f "$folder/sent"
    code=0
    said="$("$docker" "$2" registry.example/app:1 2>&1)" || code=$?
    user="$(sed -n 's/.*"username": *"\([^"]*\)".*/\1/p' "$folder/sent")"
    case "$said" in *locked*) reason=yes ;; *) reason=no ;; esac
    printf '%s, helper %s: exit status %s, user %s, says the reason: %s\n' "$2" "$1" "$code" "${user:-none}" "$reason"
}

good="echo '{\"ServerURL\":\"registry.example\",\"Username\":\"AWS\",\"Secret\":\"example\"}'"
bad="echo 'the store is locked'; exit 1"
expected="pull, helper answers: exit status 0, user AWS, says the reason: no
pull, helper fails: exit status 0, user none, says the reason: no
push, helper fails: exit status 0, user none, says the reason: no"
seen="$(try answers pull "$good"; try fails pull "$bad"; try fails push "$bad")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
