#!/usr/bin/env bash
# An MSK token is said to live for 15 minutes, although the credentials that signed it end in three.
#
# Package: aws-msk-iam-sasl-signer-python 1.0.2 (PyPI), on botocore 1.44.8.
# Input: a profile whose credential_process answers with temporary credentials that end in 180 seconds.
# Behaviour: the second value of generate_auth_token_from_profile, which Kafka clients take for the end of the token, is the time of
#   signing and 900 seconds. The end of the credentials, which the signer has in its hands, is not looked at. A broker
#   that checks the session again refuses the token long before the client asks for a new one.
# Output seen: "the credentials end in 180 s, the token is said to end in 900 s"
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet aws-msk-iam-sasl-signer-python==1.0.2 boto3==1.44.8 botocore==1.44.8

cat >"$folder/run.py" <<'PYTHON'
import datetime, json, os, sys, time

folder = sys.argv[1]
end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=180)
with open(folder + "/document", "w") as file:
    json.dump({"Version": 1, "AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "example", "SessionToken": "example",
               "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ")}, file)
with open(folder + "/config", "w") as file:
    file.write(f"[profile dev]\ncredential_process = cat {folder}/document\n")
os.environ["AWS_CONFIG_FILE"] = folder + "/config"
os.environ["AWS_SHARED_CREDENTIALS_FILE"] = folder + "/none"

from aws_msk_iam_sasl_signer import MSKAuthTokenProvider

_, end_in_ms = MSKAuthTokenProvider.generate_auth_token_from_profile("eu-west-1", "dev")
rest = round((end_in_ms / 1000 - time.time()) / 10) * 10
print(f"the credentials end in 180 s, the token is said to end in {rest} s")
PYTHON

expected="the credentials end in 180 s, the token is said to end in 900 s"
seen="$("$folder/venv/bin/python" "$folder/run.py" "$folder")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
