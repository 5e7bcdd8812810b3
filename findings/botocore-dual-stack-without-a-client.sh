#!/usr/bin/env bash
# botocore knows the dual-stack hosts of every partition, and cannot make a client for two of them.
#
# Package: botocore 1.44.8 (PyPI).
# Input: use_dualstack_endpoint=True and a client for STS, in one region of each of three isolated partitions.
# Behaviour: partitions.json, by which requests are sent, says for all three that they have dual stack, and under which suffix. The client is
#   made by an older table first, endpoints.json, which has no such suffix for two of them: making the client is an error there,
#   before any rule is asked. Where the older table has a suffix it is the one of the public partition, and that is what
#   client.meta.endpoint_url says, while the request would go to the right host.
# Output seen:
#   us-iso-east-1: rules say api.aws.ic.gov, the client says sts.us-iso-east-1.api.aws
#   us-isof-south-1: rules say api.aws.hci.ic.gov, the client says EndpointVariantError
#   eu-isoe-west-1: rules say api.cloud-aws.adc-e.uk, the client says EndpointVariantError
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet botocore==1.44.8

cat >"$folder/run.py" <<'PYTHON'
import os

for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["HOME"] = "/nonexistent"

import botocore.session
from botocore.config import Config

session = botocore.session.Session()
partitions = session.get_component("data_loader").load_data("partitions")["partitions"]
suffixes = {partition["outputs"]["implicitGlobalRegion"]: partition["outputs"] for partition in partitions}
for region in ["us-iso-east-1", "us-isof-south-1", "eu-isoe-west-1"]:
    outputs = suffixes[region]
    assert outputs["supportsDualStack"]
    try:
        client = session.create_client("sts", region_name=region, aws_access_key_id="example", aws_secret_access_key="example",
                                       config=Config(use_dualstack_endpoint=True))
        said = client.meta.endpoint_url.removeprefix("https://")
    except Exception as error:
        said = type(error).__name__
    print(f"{region}: rules say {outputs['dualStackDnsSuffix']}, the client says {said}")
PYTHON

expected="us-iso-east-1: rules say api.aws.ic.gov, the client says sts.us-iso-east-1.api.aws
us-isof-south-1: rules say api.aws.hci.ic.gov, the client says EndpointVariantError
eu-isoe-west-1: rules say api.cloud-aws.adc-e.uk, the client says EndpointVariantError"
seen="$("$folder/venv/bin/python" "$folder/run.py")"
printf '%s\n' "$seen"
[ "$seen" = "$expected" ]
