#!/usr/bin/env bash
# The JS SDK v3 gives the keys below a header with a comment right behind its bracket to the profile above.
#
# Package: @smithy/core 3.41.1 (npm), which reads the shared files for all clients and credential providers of the JS SDK v3.
# Input: two profiles; behind the second header a comment without a blank, which the grammar that the SDKs share allows ("Comments can be adjacent
#   to profile names"), and which botocore and the Rust SDK read as a comment.
# Behaviour: the header is not taken for one. The second profile is not there, and the first one has its role: who asks for `dev` gets another role than
#   dev's, without a word.
# Output seen:
#   profiles: dev
#   the role of dev: Audit
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
(cd "$folder" && npm install --silent --no-audit --no-fund --ignore-scripts @smithy/core@3.41.1 >/dev/null)

cat >"$folder/config" <<'CONFIG'
[profile dev]
sso_account_id = 111122223333
sso_role_name = Developer

[profile audit]# once a year
sso_account_id = 444455556666
sso_role_name = Audit
CONFIG
cat >"$folder/run.js" <<'JS'
const { loadSharedConfigFiles } = require("@smithy/core/config");
loadSharedConfigFiles({ configFilepath: `${__dirname}/config`, filepath: `${__dirname}/none` }).then(({ configFile }) => {
  console.log(`profiles: ${Object.keys(configFile).join(", ")}`);
  console.log(`the role of dev: ${configFile.dev.sso_role_name}`);
});
JS

expected="profiles: dev
the role of dev: Audit"
seen="$(node "$folder/run.js")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
