"""What the AWS CLI and boto3 read in config files: a JSON list of paths on stdin, what each file holds on stdout."""

import json
import sys

import botocore
from botocore.configloader import load_config
from botocore.exceptions import BotoCoreError


def texts(settings):
    return {key: value for key, value in settings.items() if isinstance(value, str)}


def read(path):
    try:
        loaded = load_config(path)
    except BotoCoreError:
        return None
    named = {f"profile {name}": texts(found) for name, found in loaded["profiles"].items()}
    named.update({f"sso-session {name}": texts(found) for name, found in loaded.get("sso_sessions", {}).items()})
    return named


print(json.dumps({"version": f"botocore {botocore.__version__}", "files": [read(path) for path in json.load(sys.stdin)]}))
