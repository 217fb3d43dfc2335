"""Which packages this image holds, as lines of the log: a termination message has no room for them.

Joined in front of verify.py, which calls list_contents. The list is JSON, compressed, in base64, cut into lines; its
hash goes with the report, so that the operator can tell whether the log holds just this list. Nothing here decides,
and nothing here fails the check: what can't be read is named and left out.
"""
import base64
import hashlib
import importlib.metadata
import json
import os
import site
import subprocess
import urllib.parse
import zlib

# The operator reads as many, and no more (PackageList.MostEntries).
MOST_ENTRIES = 50000

# Characters of one line, below what a container runtime cuts (16 KiB), and of all lines together.
WIDTH = 8000
MOST_TEXT = 2000000

LINE = "gemma-contents"

# Path files that are told, and bytes of one that are read; more of either isn't told as less.
MOST_PATH_FILES = 50
MOST_PATH_BYTES = 1000000


def fields_of(path):
    """Paragraphs of a Debian control file, each as a dictionary of its one-line fields."""
    fields = {}
    with open(path, errors="replace") as file:
        for line in file:
            if not line.strip():
                yield fields
                fields = {}
            elif not line[0].isspace() and ":" in line:
                key, value = line.split(":", 1)
                fields[key] = value.strip()
    yield fields


def dpkg_packages(root):
    """Packages of Debian's kind; a distroless image has a file for each (status.d)."""
    top = os.path.join(root, "var/lib/dpkg")
    single = os.path.join(top, "status.d")
    files = [os.path.join(top, "status")]
    if os.path.isdir(single):
        files += [os.path.join(single, name) for name in sorted(os.listdir(single)) if not name.endswith(".md5sums")]
    for path in files:
        if not os.path.isfile(path):
            continue
        for fields in fields_of(path):
            # A file of status.d says nothing of states: what is there is installed.
            if "Package" in fields and fields.get("Status", "installed").endswith("installed") \
                    and not fields.get("Status", "").endswith("not-installed"):
                yield [fields["Package"], fields.get("Version", ""), fields.get("Architecture", ""), source_of(fields)]


def source_of(fields):
    """The source package, by which advisories name what is vulnerable: "openssl 3.0.2"; "" where it is the package."""
    name, _, version = fields.get("Source", "").partition(" ")
    return ("%s %s" % (name, version.strip("()"))).strip()


def apk_packages(root):
    for path in ("lib/apk/db/installed", "usr/lib/apk/db/installed"):
        full = os.path.join(root, path)
        if not os.path.isfile(full):
            continue
        for fields in fields_of(full):
            if "P" in fields:
                yield [fields["P"], fields.get("V", ""), fields.get("A", ""), fields.get("o", "")]
        return


def rpm_packages(root, timeout):
    """Packages that rpm itself lists; None where there is a database and no rpm that reads it."""
    if not any(os.path.isdir(os.path.join(root, path)) for path in ("var/lib/rpm", "usr/lib/sysimage/rpm")):
        return []
    try:
        done = subprocess.run(["rpm", "--root", root, "-qa", "--queryformat", "%{NAME}\t%{EVR}\t%{ARCH}\n"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              timeout=timeout, errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        return None
    return [line.split("\t") for line in done.stdout.splitlines()] if done.returncode == 0 else None


def python_packages():
    """Distributions in the order in which an import finds them: [name, version, origin]."""
    for distribution in importlib.metadata.distributions():
        try:
            name, version = distribution.metadata["Name"], distribution.version
        except Exception:
            continue
        if name:
            yield [str(name), str(version or ""), origin_of(distribution)]


def path_files():
    """Files whose lines Python runs at each start (site.py), as [name, hash]; None where they can't all be told."""
    found = set()
    for folder in site.getsitepackages():
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            if name.endswith(".pth"):
                with open(os.path.join(folder, name), "rb") as file:
                    data = file.read(MOST_PATH_BYTES + 1)
                if len(data) > MOST_PATH_BYTES:
                    return None
                found.add((name, hashlib.sha256(data).hexdigest()[:16]))
    return sorted(found) if len(found) <= MOST_PATH_FILES else None


def origin_of(distribution):
    """Where a distribution came from, as far as its own files tell (PEP 610, PEP 376); "" where they don't."""
    try:
        text = distribution.read_text("direct_url.json")
        if text:
            return direct_origin(json.loads(text))
        installer = (distribution.read_text("INSTALLER") or "").strip()
    except Exception:
        return ""
    return "index" if installer in ("pip", "uv", "poetry", "pdm") else ""


def direct_origin(said):
    address = urllib.parse.urlsplit(said["url"])
    # Credentials and queries are nobody's business; an @ that is left is the one before a commit.
    path = urllib.parse.quote(address.path, safe="/%~+,;:=!$&'()*")
    bare = urllib.parse.urlunsplit((address.scheme, address.netloc.rpartition("@")[2], path, "", ""))
    if "vcs_info" in said:
        return "vcs %s@%s" % (bare, said["vcs_info"].get("commit_id", ""))
    if "dir_info" in said or address.scheme == "file":
        return "local"
    archive = said.get("archive_info", {})
    digest = archive.get("hashes", {}).get("sha256") or archive.get("hash", "").rpartition("=")[2]
    return "url %s#%s" % (bare, digest)


def os_release(root):
    found = {}
    for path in ("etc/os-release", "usr/lib/os-release"):
        try:
            with open(os.path.join(root, path), errors="replace") as file:
                for line in file:
                    key, _, value = line.strip().partition("=")
                    found.setdefault(key, value.strip("\"'"))
        except OSError:
            continue
    return {"id": found.get("ID", ""), "version": found.get("VERSION_ID", ""), "name": found.get("PRETTY_NAME", "")}


def folder_bytes(folder):
    total = 0
    for top, _, files in os.walk(folder, onerror=lambda error: None):
        for name in files:
            try:
                total += os.lstat(os.path.join(top, name)).st_size
            except OSError:
                continue
    return total


def list_contents(asked, torch, torch_lib, size):
    """The anchor that goes into the report, and the lines for the log; none where they can't be made."""
    try:
        return listed(asked, torch, torch_lib, size)
    except Exception as error:
        return {"error": type(error).__name__}, []


def listed(asked, torch, torch_lib, size):
    root, timeout = asked.get("root", "/"), asked["timeout"]
    unsupported = []

    def tried(kind, read):
        try:
            found = read()
        except Exception:
            found = None
        if found is None:
            unsupported.append(kind)
        return found or []

    packages = {
        "dpkg": tried("dpkg", lambda: list(dpkg_packages(root))),
        "apk": tried("apk", lambda: list(apk_packages(root))),
        "rpm": tried("rpm", lambda: rpm_packages(root, timeout)),
        "python": tried("python", lambda: list(python_packages())),
    }
    try:
        paths = path_files()
    except Exception:
        paths = None
    count = sum(len(found) for found in packages.values())
    if count > MOST_ENTRIES:
        return {"count": count}, []
    told = {
        "v": 1,
        "digest": asked["digest"],
        "os": os_release(root),
        "cudaArch": torch.get("arch") or "",
        "libtorchBytes": folder_bytes(torch_lib["path"]) if "path" in torch_lib and "error" not in torch_lib else 0,
        "diskBytes": size or 0,
        "unsupported": unsupported,
        "sources": True,
        "packages": packages,
        "pathFiles": paths,
    }
    text = base64.b64encode(zlib.compress(json.dumps(told, separators=(",", ":")).encode("utf-8"), 9)).decode("ascii")
    if len(text) > MOST_TEXT:
        return {"count": count}, []
    lines = ["%s %s" % (LINE, text[at:at + WIDTH]) for at in range(0, len(text), WIDTH)]
    return {"count": count, "lines": len(lines), "hash": "sha256:" + hashlib.sha256(text.encode()).hexdigest()}, lines


