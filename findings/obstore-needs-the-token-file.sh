#!/usr/bin/env bash
# obstore asks the container credentials endpoint only where the token comes from a file.
#
# Package: obstore 0.12.1 (PyPI), the Rust crate object_store under it.
# Input: AWS_CONTAINER_CREDENTIALS_FULL_URI of a loopback endpoint, once with AWS_CONTAINER_AUTHORIZATION_TOKEN and once with
#   AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE. All AWS SDKs take either.
# Behaviour: with the variable that holds the token itself the endpoint is never asked, and the next thing in its chain, the metadata
#   service of an EC2 instance, is asked in its place. Nothing says that half of the setting was passed over.
# Output seen:
#   token in a variable: asked PUT /latest/api/token
#   token in a file: asked GET /role
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet obstore==0.12.1

cat >"$folder/run.py" <<'PYTHON'
import json, os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder, where = sys.argv[1:]
asked = []

class Endpoint(BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(f"{self.command} {self.path}")
        role = {"AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "example", "Token": "example", "Expiration": "2036-01-31T12:00:00Z"}
        body = json.dumps(role).encode() if self.path == "/role" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_PUT = do_GET
    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["HOME"] = folder
os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = url + "/role"
if where == "file":
    with open(folder + "/token", "w") as file:
        file.write("example")
    os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = folder + "/token"
else:
    os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "example"

import obstore
from obstore.store import S3Store

store = S3Store("bucket", region="us-east-1", endpoint=url, metadata_endpoint=url,
                client_options={"allow_http": True}, retry_config={"max_retries": 0})
try:
    obstore.get(store, "key")
except Exception:
    pass
print(f"token in a {where}: asked {asked[0]}")
PYTHON

expected="token in a variable: asked PUT /latest/api/token
token in a file: asked GET /role"
seen="$(for where in variable file; do "$folder/venv/bin/python" "$folder/run.py" "$folder" "$where"; done)"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
