"""Drives one client of Python: drive.py CLIENT USES THREADS. Says `key ID`, `done` or `error TEXT` for each use.

Clients that only tell the key that they would sign with say it; the others send a request to the S3 of `PROBE_S3`, which sees
the key.
"""

import glob
import importlib
import importlib.metadata
import os
import sys
import threading

S3 = os.environ.get("PROBE_S3", "127.0.0.1:1")


def boto3():
    import boto3

    credentials = boto3.Session().get_credentials()
    return lambda: "key " + credentials.get_frozen_credentials().access_key


def awscrt():
    from awscrt import auth, io

    group = io.EventLoopGroup(1)
    bootstrap = io.ClientBootstrap(group, io.DefaultHostResolver(group))
    provider = auth.AwsCredentialsProvider.new_default_chain(bootstrap)
    return lambda: "key " + provider.get_credentials().result(30).access_key_id


def pyarrow():
    from pyarrow.fs import S3FileSystem

    files = S3FileSystem(endpoint_override=S3, scheme="http", region="eu-west-1")
    return lambda: files.get_file_info("bucket/key") and "done"


def duckdb():
    import duckdb

    connection = duckdb.connect()
    for name in ["httpfs", "aws"]:
        folder = os.path.dirname(importlib.import_module("duckdb_extension_" + name).__file__)
        (extension,) = glob.glob(folder + "/extensions/*/*.duckdb_extension")
        connection.execute(f"LOAD '{extension}'")
    at_endpoint = "AWS_CONTAINER_CREDENTIALS_FULL_URI" in os.environ
    chain = "" if at_endpoint else "CHAIN 'process', PROFILE 'dev',"
    place = f"ENDPOINT '{S3}', USE_SSL false, URL_STYLE 'path', REGION 'eu-west-1'"
    connection.execute(f"CREATE SECRET (TYPE s3, PROVIDER credential_chain, {chain} {place})")
    return lambda: connection.cursor().execute("SELECT * FROM 's3://bucket/a.csv'") and "done"


def pyogrio():
    os.environ.update(AWS_S3_ENDPOINT=S3, AWS_HTTPS="NO", AWS_VIRTUAL_HOSTING="FALSE", CPL_DEBUG="OFF")
    os.environ.update(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", CPL_VSIL_CURL_NON_CACHED="/vsis3/")
    import pyogrio

    return lambda: pyogrio.read_info("/vsis3/bucket/a.geojson") and "done"


def deltalake():
    os.environ.update(AWS_ENDPOINT_URL_S3="http://" + S3, AWS_ALLOW_HTTP="true")
    from deltalake import DeltaTable

    return lambda: DeltaTable("s3://bucket/table") and "done"


def obstore():
    from obstore.store import S3Store

    options = {"endpoint": "http://" + S3, "region": "eu-west-1", "virtual_hosted_style_request": False}
    store = S3Store("bucket", client_options={"allow_http": True}, **options)
    return lambda: store.head("key") and "done"


def polars():
    os.environ.update(AWS_ALLOW_HTTP="true")
    import polars

    options = {"aws_endpoint_url": "http://" + S3, "aws_region": "eu-west-1"}
    return lambda: polars.scan_parquet("s3://bucket/a.parquet", storage_options=options).collect() is not None and "done"


def minio():
    from minio.credentials import IamAwsProvider

    provider = IamAwsProvider()
    return lambda: "key " + provider.retrieve().access_key


def tell(use):
    try:
        print(use(), flush=True)
    except BaseException as error:
        print("error", " ".join(str(error).split()), flush=True)


name, uses, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
try:
    print("version", importlib.metadata.version(name), flush=True)
    use = globals()[name]()
except BaseException as error:
    print("error", " ".join(str(error).split()), flush=True)
    sys.exit()
if threads > 1:
    all_at_once = [threading.Thread(target=tell, args=(use,)) for _ in range(threads)]
    for thread in all_at_once:
        thread.start()
    for thread in all_at_once:
        thread.join()
else:
    for _ in range(uses):
        tell(use)
