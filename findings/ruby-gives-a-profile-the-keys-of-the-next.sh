#!/usr/bin/env bash
# The AWS SDK for Ruby takes the keys below a header with a comment right behind it for those of the profile above.
#
# Package: ruby-aws-sdk-core 3.168.1-2 (Debian 12), with ruby-aws-partitions 1.653.0-3~deb12u1, ruby-aws-eventstream 1.2.0-1,
#   ruby-aws-sigv4 1.5.1-2 and ruby-jmespath 1.6.1-1; botocore 1.44.8 (PyPI) beside it.
# Input: a config file with two profiles, each with a credential_process, the second one under "[profile prod]; the other account". botocore reads
#   both. The Ruby SDK takes a comment there only where a blank stands before it.
# Behaviour: the header that it cannot read is passed over, and the keys below it go to the profile above, in place of that one's own. Who asks for
#   dev gets the credentials of prod, without a word.
# Output seen:
#   botocore: dev is AKIDDEV
#   botocore: prod is AKIDPROD
#   ruby: dev is AKIDPROD
#   ruby: prod is nobody
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet botocore==1.44.8
mkdir "$folder/debs" && cd "$folder/debs"
apt-get --quiet=2 download ruby-aws-sdk-core=3.168.1-2 ruby-aws-partitions=1.653.0-3~deb12u1 ruby-aws-eventstream=1.2.0-1 \
    ruby-aws-sigv4=1.5.1-2 ruby-jmespath=1.6.1-1 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" "$folder/ruby"; done

for name in $(env | sed -n 's/^\(AWS_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
export HOME="$folder" AWS_EC2_METADATA_DISABLED=true
mkdir "$folder/.aws"
for name in dev prod; do
    key="AKID$(printf '%s' "$name" | tr '[:lower:]' '[:upper:]')"
    printf '#!/bin/sh\necho '\''{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"example"}'\''\n' "$key" >"$folder/$name"
    chmod +x "$folder/$name"
done
cat >"$folder/.aws/config" <<INI
[profile dev]
credential_process = $folder/dev

[profile prod]; the other account
credential_process = $folder/prod
INI

cat >"$folder/run.py" <<'PYTHON'
import botocore.session

for profile in ["dev", "prod"]:
    credentials = botocore.session.Session(profile=profile).get_credentials()
    print(f"botocore: {profile} is {credentials.access_key}")
PYTHON

cat >"$folder/run.rb" <<'RUBY'
require 'aws-sdk-core'

config = Aws::SharedConfig.new(config_enabled: true)
%w[dev prod].each do |profile|
  process = config.credential_process(profile: profile)
  found = process && Aws::ProcessCredentials.new(process).credentials.access_key_id
  puts "ruby: #{profile} is #{found || 'nobody'}"
rescue Aws::Errors::NoSuchProfileError
  puts "ruby: #{profile} is nobody"
end
RUBY

expected="botocore: dev is AKIDDEV
botocore: prod is AKIDPROD
ruby: dev is AKIDPROD
ruby: prod is nobody"
seen="$("$folder/venv/bin/python" "$folder/run.py"; RUBYLIB="$(find "$folder/ruby" -type d \( -name lib -o -name vendor_ruby \) | paste -sd:)" ruby "$folder/run.rb")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
