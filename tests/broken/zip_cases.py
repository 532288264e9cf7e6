"""Broken zips."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from pathlib import Path

from case import EITHER, REFUSED, case
from good_bundle import BundleFolder


@case(REFUSED, "bundle.zip")
def zip_cut_short(bundle: BundleFolder) -> Path:
    path = bundle.zip()
    path.write_bytes(path.read_bytes()[:-200])
    return path


@case(REFUSED, "students.csv")
def zip_with_a_wrong_checksum(bundle: BundleFolder) -> Path:
    path = bundle.zip(zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"Drake", b"Drape"))
    return path


@case(REFUSED, "no file")
def zip_of_nothing(bundle: BundleFolder) -> Path:
    path = bundle.path.with_suffix(".zip")
    zipfile.ZipFile(path, "w").close()
    return path


@case(REFUSED, "bundle.zip")
def gzip_called_zip(bundle: BundleFolder) -> Path:
    path = bundle.path.with_suffix(".zip")
    path.write_bytes(gzip.compress(bundle.text("students").encode()))
    return path


@case(REFUSED, "../students.csv")
def zip_path_that_climbs_out(bundle: BundleFolder) -> Path:
    return zip_with(bundle, "../students.csv")


@case(REFUSED, "outside.csv")
def zip_path_from_the_root(bundle: BundleFolder) -> Path:
    return zip_with(bundle, "/tmp/outside.csv")


@case(REFUSED, "students.csv")
def zip_path_with_backslashes(bundle: BundleFolder) -> Path:
    return zip_with(bundle, "..\\..\\students.csv")


def zip_with(bundle: BundleFolder, name: str) -> Path:
    """The good bundle and one entry more."""
    path = bundle.zip()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), bundle.text("students"))
    return path


@case(REFUSED, "students.csv")
def zip_with_a_link(bundle: BundleFolder) -> Path:
    path = bundle.zip(leave_out="students.csv")
    entry = zipfile.ZipInfo("students.csv")
    entry.create_system = 3
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, "/etc/passwd")
    return path


@case(REFUSED, "bundle.zip")
def zip_with_a_file_twice(bundle: BundleFolder) -> Path:
    path = bundle.zip()
    # Another entry, with a name as long, takes the name.
    path.write_bytes(path.read_bytes().replace(b"diplomas.csv", b"students.csv"))
    return path


@case(REFUSED, "bundle.zip")
def zip_with_a_password(bundle: BundleFolder) -> Path:
    path = bundle.zip()
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    path.write_bytes(data)
    return path


@case(REFUSED, "students.csv")
def zip_in_a_method_that_is_not_read(bundle: BundleFolder) -> Path:
    return bundle.zip(zipfile.ZIP_LZMA)


@case(REFUSED, "nested")
def zips_in_zips(bundle: BundleFolder) -> Path:
    inner = bundle.zip().read_bytes()
    for level in range(5):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(10):
                archive.writestr(f"nested-{level}-{copy}.zip", inner)
        inner = buffer.getvalue()
    path = bundle.path.with_suffix(".zip")
    path.write_bytes(inner)
    return path


@case(EITHER, "students.csv")
def zip_that_unpacks_to_a_thousand_times_its_size(bundle: BundleFolder) -> Path:
    """300 MB of zeros, of which the directory says that they are 4 GB: neither may be reserved in memory."""
    path = bundle.zip(leave_out="students.csv")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("students.csv", "w") as entry:
        entry.write(bundle.text("students").encode())
        for _ in range(300):
            entry.write(b"0" * 1_000_000)
    data = path.read_bytes()
    at = data.rfind(b"PK\x01\x02")
    path.write_bytes(data[: at + 24] + struct.pack("<I", 0xFFFF_FFF0) + data[at + 28 :])
    return path
