#!/usr/bin/env bash
# pyarrow sends its request without a signature where the profile's credential_process fails.
#
# Package: pyarrow 26.0.1 (PyPI), the AWS SDK for C++ in it.
# Input: AWS_PROFILE names a profile whose credential_process ends with status 1 and says why on stderr.
# Behaviour: no exception and no message of the helper; the request for the object goes out without an Authorization header. What a person
#   sees is the answer of S3 to a stranger: 403, or the contents of a public bucket.
# Output seen: "HEAD /bucket/key, Authorization: none, raised: nothing"
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyarrow==26.0.1

cat >"$folder/run.py" <<'PYTHON'
import os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder = sys.argv[1]
requests = []

class Bucket(BaseHTTPRequestHandler):
    def do_HEAD(self):
        requests.append(f"{self.command} {self.path}, Authorization: {self.headers.get('Authorization', 'none')}")
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
with open(folder + "/helper", "w") as file:
    file.write("#!/bin/sh\necho 'the sign-in has expired' >&2\nexit 1\n")
os.chmod(folder + "/helper", 0o700)
with open(folder + "/config", "w") as file:
    file.write(f"[profile dev]\ncredential_process = {folder}/helper\nregion = us-east-1\n")
os.environ.update({"HOME": folder, "AWS_CONFIG_FILE": folder + "/config", "AWS_SHARED_CREDENTIALS_FILE": folder + "/none",
                   "AWS_PROFILE": "dev", "AWS_EC2_METADATA_DISABLED": "true"})

from pyarrow.fs import S3FileSystem

raised = "nothing"
try:
    S3FileSystem(endpoint_override=f"127.0.0.1:{server.server_port}", scheme="http", region="us-east-1").get_file_info("bucket/key")
except Exception as error:
    raised = type(error).__name__
print(f"{requests[0]}, raised: {raised}")
PYTHON

expected="HEAD /bucket/key, Authorization: none, raised: nothing"
seen="$(timeout 120 "$folder/venv/bin/python" "$folder/run.py" "$folder")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
