#!/usr/bin/env bash
# The JS SDK v3 lists each sso-session as a profile of a name with a dot in it.
#
# Package: @smithy/core 3.41.1 (npm).
# Input: one profile and one sso-session, as `aws configure sso` writes them.
# Behaviour: what loadSharedConfigFiles gives as `configFile`, from which tools take their lists of profiles, has `sso-session.corp` beside `dev`, and
#   `services.local` where there is such a section. They look like profiles that can be chosen.
# Output seen:
#   profiles: dev, sso-session.corp, services.local
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && npm install --silent --no-audit --no-fund --ignore-scripts @smithy/core@3.41.1 >/dev/null)

cat >"$folder/config" <<'CONFIG'
[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Developer

[sso-session corp]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1

[services local]
s3 =
  endpoint_url = http://127.0.0.1:9000
CONFIG
cat >"$folder/run.js" <<'JS'
const { loadSharedConfigFiles } = require("@smithy/core/config");
loadSharedConfigFiles({ configFilepath: `${__dirname}/config`, filepath: `${__dirname}/none` }).then(({ configFile }) => {
  console.log(`profiles: ${Object.keys(configFile).join(", ")}`);
});
JS

expected="profiles: dev, sso-session.corp, services.local"
seen="$(node "$folder/run.js")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
