#!/usr/bin/env bash
# aws-export-credentials ends with a TypeError whenever it has found credentials.
#
# Package: aws-export-credentials 0.18.0 (PyPI) with botocore 1.44.8; with botocore 1.34.162 it works.
# Input: a profile whose credential_process answers with a correct document.
# Behaviour: botocore's frozen credentials have got a fourth field, the account id. The tool unpacks them by position into a tuple of its own
#   that has no room for it, and says nothing but Python's words about the number of arguments. Its dependency has no upper bound.
# Output seen:
#   botocore 1.44.8: status 3, Credentials.__new__() takes 5 positional arguments but 6 were given
#   botocore 1.34.162: status 0, AKIDEXAMPLE
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cat >"$folder/document" <<'JSON'
{"Version":1,"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"example","SessionToken":"example","Expiration":"2036-01-31T12:00:00Z"}
JSON
printf '[profile dev]\ncredential_process = cat %s/document\n' "$folder" >"$folder/config"

try() { # a version of botocore
    python3 -m venv "$folder/$1"
    "$folder/$1/bin/pip" install --quiet aws-export-credentials==0.18.0 "botocore==$1"
    local status=0 output
    output="$(env -u AWS_PROFILE HOME="$folder" AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/none" \
        "$folder/$1/bin/aws-export-credentials" --profile dev 2>&1)" || status=$?
    case "$output" in *AKIDEXAMPLE*) output=AKIDEXAMPLE ;; esac
    printf 'botocore %s: status %s, %s\n' "$1" "$status" "$(printf '%s\n' "$output" | tail -n 1)"
}

expected="botocore 1.44.8: status 3, Credentials.__new__() takes 5 positional arguments but 6 were given
botocore 1.34.162: status 0, AKIDEXAMPLE"
seen="$(try 1.44.8; try 1.34.162)"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
