#!/usr/bin/env bash
# botocore names one host for account access manager and sends the request to another one.
#
# Package: botocore 1.44.8 (PyPI).
# Input: a client for account-access-runtime in eu-west-1, with a bearer token from the environment.
# Behaviour: client.meta.endpoint_url, which tools print and put into allow lists, names a host below amazonaws.com. The request goes to
#   api.aws: the endpoint rules of this service have the dual-stack suffix alone, without any dual-stack switch. And with an
#   endpoint_url of http://127.0.0.1, which other services accept, each call is refused, because the token may travel by TLS only.
# Output seen:
#   named: https://account-access-runtime.eu-west-1.amazonaws.com
#   asked: https://account-access-runtime.eu-west-1.api.aws/access
#   on loopback: InvalidEndpointConfigurationError
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet botocore==1.44.8

cat >"$folder/run.py" <<'PYTHON'
import os

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ.update({"HOME": "/nonexistent", "AWS_BEARER_TOKEN_ACCOUNT_ACCESS": "example"})

import botocore.session

class Stop(Exception):
    pass

def show(request, **_):
    print("asked: " + request.url.split("?")[0])
    raise Stop  # Nothing is sent.

session = botocore.session.Session()
client = session.create_client("account-access-runtime", region_name="eu-west-1")
print("named: " + client.meta.endpoint_url)
client.meta.events.register("before-send", show)
try:
    client.list_roles(tenantId="aa-example01")
except Stop:
    pass
client = session.create_client("account-access-runtime", region_name="eu-west-1", endpoint_url="http://127.0.0.1:1")
try:
    client.list_roles(tenantId="aa-example01")
except Exception as error:
    print("on loopback: " + type(error).__name__)
PYTHON

expected="named: https://account-access-runtime.eu-west-1.amazonaws.com
asked: https://account-access-runtime.eu-west-1.api.aws/access
on loopback: InvalidEndpointConfigurationError"
seen="$("$folder/venv/bin/python" "$folder/run.py")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
