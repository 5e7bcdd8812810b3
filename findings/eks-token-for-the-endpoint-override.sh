#!/usr/bin/env bash
# `aws eks get-token` signs a Kubernetes token for the address in AWS_ENDPOINT_URL_STS, and without a region for us-east-1.
#
# Package: awscli 1.46.3 (PyPI).
# Input: a profile with credential_process; once with AWS_ENDPOINT_URL_STS of a local stand-in, as developers of other services have it
#   in their shells, once without any region.
# Behaviour: the token is a URL that the cluster opens itself, so the override of the client's own calls has no meaning for it; it is put into the
#   token all the same, with http, and the cluster answers Unauthorized. Without a region no error is raised: the token is for us-east-1, by the
#   global host, which clusters of other partitions refuse.
# Output seen:
#   override: http://127.0.0.1:4566 eu-west-1
#   no region: https://sts.amazonaws.com us-east-1
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet awscli==1.46.3
cat >"$folder/document" <<'JSON'
{"Version":1,"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"example","SessionToken":"example","Expiration":"2036-01-31T12:00:00Z"}
JSON
printf '[profile dev]\ncredential_process = cat %s/document\n' "$folder" >"$folder/config"

signed_for() { # settings of the environment: host and region of the URL in the token
    env -u AWS_PROFILE -u AWS_REGION -u AWS_DEFAULT_REGION HOME="$folder" AWS_CONFIG_FILE="$folder/config" \
        AWS_SHARED_CREDENTIALS_FILE="$folder/none" "$@" "$folder/venv/bin/aws" eks get-token --cluster-name demo --profile dev --output json |
        "$folder/venv/bin/python" -c '
import base64, json, re, sys
token = json.load(sys.stdin)["status"]["token"].removeprefix("k8s-aws-v1.")
url = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
print(url.split("/?")[0], re.search(r"%2F([a-z0-9-]+)%2Fsts%2F", url).group(1))'
}

expected="override: http://127.0.0.1:4566 eu-west-1
no region: https://sts.amazonaws.com us-east-1"
seen="override: $(signed_for AWS_ENDPOINT_URL_STS=http://127.0.0.1:4566 AWS_DEFAULT_REGION=eu-west-1)
no region: $(signed_for AWS_PAGER=)"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
