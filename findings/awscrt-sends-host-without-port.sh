#!/usr/bin/env bash
# awscrt asks a container credentials endpoint on a port of its own with a Host header that has no port.
#
# Package: awscrt 0.38.0 (PyPI); so do mountpoint-s3's connectors and the SDKs that are built on it.
# Input: AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:PORT/role with a token.
# Behaviour: RFC 9110, section 7.2, wants the port in Host where it is not the scheme's default. A server that guards itself against DNS
#   rebinding by comparing Host with its own address answers 403, and the caller sees "no credentials".
# Output seen: "Host: 127.0.0.1"
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet awscrt==0.38.0

cat >"$folder/run.py" <<'PYTHON'
import json, os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

hosts = []

class Endpoint(BaseHTTPRequestHandler):
    def do_GET(self):
        hosts.append(self.headers["Host"])
        body = json.dumps({"AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "example", "Token": "example",
                           "Expiration": "2036-01-31T12:00:00Z"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
threading.Thread(target=server.serve_forever, daemon=True).start()
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ.update({"HOME": sys.argv[1], "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{server.server_port}/role",
                   "AWS_CONTAINER_AUTHORIZATION_TOKEN": "example"})

from awscrt.auth import AwsCredentialsProvider
from awscrt.io import ClientBootstrap, DefaultHostResolver, EventLoopGroup

loops = EventLoopGroup(1)
provider = AwsCredentialsProvider.new_default_chain(ClientBootstrap(loops, DefaultHostResolver(loops)))
assert provider.get_credentials().result(20).access_key_id == "AKIDEXAMPLE"
print("Host: " + hosts[0])
PYTHON

expected="Host: 127.0.0.1"
seen="$(timeout 60 "$folder/venv/bin/python" "$folder/run.py" "$folder")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
