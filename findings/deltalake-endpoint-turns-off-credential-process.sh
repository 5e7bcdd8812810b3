#!/usr/bin/env bash
# deltalake runs a profile's credential_process with AWS_ENDPOINT_URL_S3 set, and does not run it with AWS_ENDPOINT_URL set.
#
# Package: deltalake 1.6.6 (PyPI).
# Input: a profile with credential_process, named by AWS_PROFILE, and the address of a loopback S3 in one of two variables that
#   the AWS SDKs treat alike (one for all services, one for S3).
# Behaviour: AWS_ENDPOINT_URL is taken as the sign of an S3 that is not AWS's, whose keys are in the environment; the AWS profile is not
#   looked at, and the metadata service of an EC2 instance is asked for credentials. With AWS_ENDPOINT_URL_S3 the profile counts.
# Output seen:
#   AWS_ENDPOINT_URL: the helper ran 0 times; first request PUT /latest/api/token
#   AWS_ENDPOINT_URL_S3: the helper ran 1 times; first request GET /bucket/table/_delta_log/_last_checkpoint
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet deltalake==1.6.6

cat >"$folder/run.py" <<'PYTHON'
import os, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder, variable = sys.argv[1:]
requests = []

class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        requests.append(f"{self.command} {self.path}")
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()
    do_PUT = do_HEAD = do_GET
    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
runs = f"{folder}/runs-{variable}"
with open(folder + "/helper", "w") as file:
    file.write(f"""#!/bin/sh
echo run >>{runs}
echo '{{"Version":1,"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"example","SessionToken":"example","Expiration":"2036-01-31T12:00:00Z"}}'
""")
os.chmod(folder + "/helper", 0o700)
with open(folder + "/config", "w") as file:
    file.write(f"[profile dev]\ncredential_process = {folder}/helper\nregion = us-east-1\n")
open(folder + "/credentials", "w").close()
os.environ.update({"HOME": folder, "AWS_CONFIG_FILE": folder + "/config", "AWS_SHARED_CREDENTIALS_FILE": folder + "/credentials",
                   "AWS_PROFILE": "dev", "AWS_REGION": "us-east-1", variable: url})

from deltalake import DeltaTable

try:
    DeltaTable("s3://bucket/table", storage_options={"AWS_METADATA_ENDPOINT": url, "AWS_ALLOW_HTTP": "true"})
except Exception:
    pass
ran = open(runs).read().count("run") if os.path.exists(runs) else 0
print(f"{variable}: the helper ran {ran} times; first request {requests[0]}")
PYTHON

expected="AWS_ENDPOINT_URL: the helper ran 0 times; first request PUT /latest/api/token
AWS_ENDPOINT_URL_S3: the helper ran 1 times; first request GET /bucket/table/_delta_log/_last_checkpoint"
seen="$(for variable in AWS_ENDPOINT_URL AWS_ENDPOINT_URL_S3; do
    timeout 120 "$folder/venv/bin/python" "$folder/run.py" "$folder" "$variable" 2>/dev/null
done)"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
