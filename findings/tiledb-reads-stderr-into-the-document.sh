#!/usr/bin/env bash
# TileDB loses good credentials to one line of the helper's stderr.
#
# Package: tiledb 0.36.1 (PyPI), the older credentials chain of the AWS SDK for C++ in it.
# Input: a credential_process that prints a correct document on stdout and ends with 0; once silent, once with a line on stderr.
# Behaviour: the helper's stdout and stderr are read as one text. With a line on stderr that text is not JSON, the credentials are dropped in
#   silence, and the request goes out unsigned. Other SDKs let a helper warn on stderr.
# Output seen:
#   silent helper: signed
#   helper that warns: unsigned
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tiledb==0.36.1

cat >"$folder/run.py" <<'PYTHON'
import os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder, kind = sys.argv[1:]
signed = []

class Bucket(BaseHTTPRequestHandler):
    def do_HEAD(self):
        signed.append("signed" if self.headers.get("Authorization") else "unsigned")
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    do_GET = do_HEAD
    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
threading.Thread(target=server.serve_forever, daemon=True).start()
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
warning = "echo 'helper: a warning' >&2" if kind == "helper that warns" else ":"
with open(folder + "/helper", "w") as file:
    file.write(f"""#!/bin/sh
{warning}
echo '{{"Version":1,"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"example","SessionToken":"example","Expiration":"2036-01-31T12:00:00Z"}}'
""")
os.chmod(folder + "/helper", 0o700)
with open(folder + "/config", "w") as file:
    file.write(f"[profile dev]\ncredential_process = {folder}/helper\nregion = us-east-1\n")
os.environ.update({"HOME": folder, "AWS_CONFIG_FILE": folder + "/config", "AWS_SHARED_CREDENTIALS_FILE": folder + "/none",
                   "AWS_PROFILE": "dev", "AWS_EC2_METADATA_DISABLED": "true"})

import tiledb

context = tiledb.Ctx({"vfs.s3.endpoint_override": f"127.0.0.1:{server.server_port}", "vfs.s3.scheme": "http",
                      "vfs.s3.use_virtual_addressing": "false", "vfs.s3.region": "us-east-1"})
tiledb.VFS(ctx=context).is_file("s3://bucket/key")
print(f"{kind}: {signed[0]}")
PYTHON

expected="silent helper: signed
helper that warns: unsigned"
seen="$(for kind in "silent helper" "helper that warns"; do
    timeout 120 "$folder/venv/bin/python" "$folder/run.py" "$folder" "$kind"
done)"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
