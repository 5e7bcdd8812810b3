#!/usr/bin/env bash
# The AWS SDK for JavaScript 3 reads `+00:00` as the end of credentials from a helper, and refuses it from an endpoint.
#
# Package: @aws-sdk/credential-providers 3.1175.0 (npm).
# Input: the same end of the same credentials, 2036-01-31T12:00:00+00:00 (RFC 3339, and what the AWS CLI prints), once as the document of a
#   credential_process, once as the answer of a container credentials endpoint.
# Behaviour: fromProcess takes it; fromHttp ends with a TypeError "Invalid RFC-3339 date-time value", for it accepts `Z` alone.
# Output seen:
#   fromProcess: 2036-01-31T12:00:00.000Z
#   fromHttp: TypeError: Invalid RFC-3339 date-time value
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && npm init --yes >npm.log && npm install --silent @aws-sdk/credential-providers@3.1175.0 >>npm.log 2>&1)
cat >"$folder/document" <<'JSON'
{"Version":1,"AccessKeyId":"AKIDEXAMPLE","SecretAccessKey":"example","SessionToken":"example","Expiration":"2036-01-31T12:00:00+00:00"}
JSON
printf '[profile dev]\ncredential_process = cat %s/document\n' "$folder" >"$folder/config"
: >"$folder/credentials"
cat >"$folder/run.js" <<'JS'
const http = require("http");
const { fromProcess, fromHttp } = require("@aws-sdk/credential-providers");
const answer = { AccessKeyId: "AKIDEXAMPLE", SecretAccessKey: "example", Token: "example", Expiration: "2036-01-31T12:00:00+00:00" };
const server = http.createServer((_, response) => response.end(JSON.stringify(answer)));
const show = (name, provider) => provider().then(
  (credentials) => console.log(`${name}: ${credentials.expiration.toISOString()}`),
  (error) => console.log(`${name}: ${error.name}: ${error.message}`));
server.listen(0, "127.0.0.1", async () => {
  process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `http://127.0.0.1:${server.address().port}/role`;
  await show("fromProcess", fromProcess({ profile: "dev" }));
  await show("fromHttp", fromHttp({ maxRetries: 0 }));
  server.close();
});
JS

expected="fromProcess: 2036-01-31T12:00:00.000Z
fromHttp: TypeError: Invalid RFC-3339 date-time value"
seen="$(env -u AWS_PROFILE -u AWS_CONTAINER_CREDENTIALS_RELATIVE_URI HOME="$folder" AWS_CONFIG_FILE="$folder/config" \
    AWS_SHARED_CREDENTIALS_FILE="$folder/credentials" timeout 60 node "$folder/run.js" 2>"$folder/stderr")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
