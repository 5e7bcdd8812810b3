#!/usr/bin/env bash
# botocore spells a database token in another order as soon as awscrt is installed beside it.
#
# Packages: botocore 1.44.8, awscrt 0.38.0 (PyPI).
# Input: generate_db_auth_token for one host, user and pair of keys.
# Behaviour: by itself, botocore puts X-Amz-Expires before X-Amz-SignedHeaders; where awscrt can be imported, the other way round, and the signature
#   differs with it. Both are valid. Who compares tokens, or keys a cache by them, sees a change by the installation of another package.
# Output seen:
#   alone: Action DBUser X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-Expires X-Amz-SignedHeaders X-Amz-Signature
#   with awscrt: Action DBUser X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-SignedHeaders X-Amz-Expires X-Amz-Signature
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet botocore==1.44.8 awscrt==0.38.0

cat >"$folder/run.py" <<'PYTHON'
import os
import sys
from urllib.parse import parse_qsl

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ.update({"HOME": "/nonexistent", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"})

import botocore.session

client = botocore.session.Session().create_client("rds", region_name="eu-west-1")
token = client.generate_db_auth_token("db.example.com", 5432, "app")
print(sys.argv[1] + ": " + " ".join(name for name, _ in parse_qsl(token.split("?", 1)[1])))
PYTHON

expected="alone: Action DBUser X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-Expires X-Amz-SignedHeaders X-Amz-Signature
with awscrt: Action DBUser X-Amz-Algorithm X-Amz-Credential X-Amz-Date X-Amz-SignedHeaders X-Amz-Expires X-Amz-Signature"
# The variable is botocore's own way to leave awscrt aside.
seen="$(BOTO_DISABLE_CRT=true "$folder/venv/bin/python" "$folder/run.py" alone
"$folder/venv/bin/python" "$folder/run.py" "with awscrt")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
