#!/usr/bin/env bash
# aws2-wrap ends at the first file in the AWS CLI's sign-in folder that is not JSON, whatever the file is called.
#
# Package: aws2-wrap 1.4.0 (PyPI).
# Input: a valid, unexpired token of the AWS CLI in ~/.aws/sso/cache, and beside it a text file of another program.
# Behaviour: the folder is searched for the token by opening each entry as JSON, not by the name that AWS's tools compute. A stray file,
#   which all AWS tools pass over, ends it with json.JSONDecodeError. A helper that writes there must put its unfinished files elsewhere.
# Output seen:
#   token alone: no JSONDecodeError
#   with notes.txt beside it: JSONDecodeError
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet aws2-wrap==1.4.0
mkdir -p "$folder/.aws/sso/cache"
cat >"$folder/.aws/sso/cache/0123456789abcdef0123456789abcdef01234567.json" <<'JSON'
{"startUrl":"https://example.awsapps.com/start","region":"us-east-1","accessToken":"example","expiresAt":"2036-01-31T12:00:00Z"}
JSON
cat >"$folder/.aws/config" <<'INI'
[profile legacy]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = ReadOnly
region = us-east-1
INI
# It asks the AWS CLI for the role; this stand-in on PATH answers no question, which is another error.
mkdir "$folder/bin"
printf '#!/bin/sh\nexit 255\n' >"$folder/bin/aws"
chmod +x "$folder/bin/aws"

try() {
    local output
    output="$(env -u AWS_PROFILE -u AWS_CONFIG_FILE HOME="$folder" PATH="$folder/bin:$PATH" "$folder/venv/bin/aws2-wrap" --profile legacy --export 2>&1)" || true
    case "$output" in *JSONDecodeError*) echo "$1: JSONDecodeError" ;; *) echo "$1: no JSONDecodeError" ;; esac
}

expected="token alone: no JSONDecodeError
with notes.txt beside it: JSONDecodeError"
seen="$(try "token alone"; echo note >"$folder/.aws/sso/cache/notes.txt"; try "with notes.txt beside it")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
