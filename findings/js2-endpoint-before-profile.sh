#!/usr/bin/env bash
# The AWS SDK for JavaScript 2 takes the container endpoint before the profile that AWS_PROFILE names; version 3 takes the profile.
#
# Packages: aws-sdk 2.1693.0 and @aws-sdk/credential-providers 3.1175.0 (npm).
# Input: AWS_PROFILE of a profile with credential_process, and AWS_CONTAINER_CREDENTIALS_FULL_URI of a loopback endpoint, both good.
# Behaviour: one variable of a container that is left in the environment changes the account under a version 2 program, although its
#   person named a profile. Twelve other clients that were tried let the profile win.
# Output seen:
#   version 2: FROMENDPOINT
#   version 3: FROMPROFILE
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && npm init --yes >npm.log && npm install --silent aws-sdk@2.1693.0 @aws-sdk/credential-providers@3.1175.0 >>npm.log 2>&1)
cat >"$folder/document" <<'JSON'
{"Version":1,"AccessKeyId":"FROMPROFILE","SecretAccessKey":"example","SessionToken":"example","Expiration":"2036-01-31T12:00:00Z"}
JSON
printf '[profile dev]\ncredential_process = cat %s/document\n' "$folder" >"$folder/config"
: >"$folder/credentials"
cat >"$folder/run.js" <<'JS'
const http = require("http");
const answer = { AccessKeyId: "FROMENDPOINT", SecretAccessKey: "example", Token: "example", Expiration: "2036-01-31T12:00:00Z" };
const server = http.createServer((_, response) => response.end(JSON.stringify(answer)));
server.listen(0, "127.0.0.1", async () => {
  process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `http://127.0.0.1:${server.address().port}/role`;
  const { CredentialProviderChain } = require("aws-sdk");
  const two = await new CredentialProviderChain().resolvePromise();
  const { fromNodeProviderChain } = require("@aws-sdk/credential-providers");
  const three = await fromNodeProviderChain()();
  console.log(`version 2: ${two.accessKeyId}\nversion 3: ${three.accessKeyId}`);
  server.close();
});
JS

expected="version 2: FROMENDPOINT
version 3: FROMPROFILE"
seen="$(env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_CONTAINER_CREDENTIALS_RELATIVE_URI HOME="$folder" AWS_PROFILE=dev AWS_SDK_LOAD_CONFIG=1 \
    AWS_CONFIG_FILE="$folder/config" AWS_SHARED_CREDENTIALS_FILE="$folder/credentials" node "$folder/run.js" 2>"$folder/stderr")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
