#!/usr/bin/env bash
# polars runs a credential_process again and again within one scan, as soon as its credentials have less than 15 minutes left.
#
# Package: polars 2.1.0, with boto3 1.44.8 (PyPI).
# Input: a profile whose credential_process prints a correct document that ends in an hour, in 14 minutes; one scan of one file that is not there.
# Behaviour: polars asks boto3 for the credentials at each step of a scan, and boto3 takes what has less than 15 minutes left for stale and runs
#   the helper each time. A helper that hands out what it has until near its end, as the document's Expiration allows, is run
#   several times for one file. One that takes a second, or is out of reach of its service, makes each scan that much slower.
# Output seen:
#   60 minutes left: the helper ran at most twice
#   14 minutes left: the helper ran more than four times
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet polars==2.1.0 boto3==1.44.8

cat >"$folder/run.py" <<'PYTHON'
import datetime, os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder, minutes = sys.argv[1], int(sys.argv[2])

class Nothing(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()
    do_HEAD = do_GET
    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Nothing)
threading.Thread(target=server.serve_forever, daemon=True).start()
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
os.makedirs(folder + "/.aws", exist_ok=True)
with open(folder + "/helper", "w") as file:
    file.write(f"""#!/bin/sh
echo run >> {folder}/runs
echo '{{"Version":1,"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"example","SessionToken":"example","Expiration":"{end:%Y-%m-%dT%H:%M:%SZ}"}}'
""")
os.chmod(folder + "/helper", 0o755)
with open(folder + "/.aws/config", "w") as file:
    file.write(f"[profile dev]\ncredential_process = {folder}/helper\nregion = eu-west-1\n")
open(folder + "/runs", "w").close()
os.environ.update({"HOME": folder, "AWS_PROFILE": "dev", "AWS_ALLOW_HTTP": "true", "AWS_EC2_METADATA_DISABLED": "true"})

import polars

options = {"aws_endpoint_url": f"http://127.0.0.1:{server.server_port}", "aws_region": "eu-west-1"}
try:
    polars.scan_parquet("s3://bucket/a.parquet", storage_options=options).collect()
except Exception:
    pass
runs = len(open(folder + "/runs").readlines())
print(f"{minutes} minutes left: the helper ran {'at most twice' if runs <= 2 else 'more than four times' if runs > 4 else str(runs) + ' times'}")
PYTHON

expected="60 minutes left: the helper ran at most twice
14 minutes left: the helper ran more than four times"
seen="$(for minutes in 60 14; do "$folder/venv/bin/python" "$folder/run.py" "$folder" "$minutes"; done)"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
