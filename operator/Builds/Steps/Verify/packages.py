"""Writes which packages this image holds as a CycloneDX 1.5 document, for a scanner that can't read registries.

Argument: the file to write. Only the standard library is used, of any Python from 3.8 on.
"""
import importlib.metadata
import json
import sys
import urllib.parse


def quoted(text):
    return urllib.parse.quote(text, safe="")


def python_packages():
    for distribution in importlib.metadata.distributions():
        name = (distribution.metadata["Name"] or "").lower().replace("_", "-")
        if name:
            # A local version (2.10.0+cu128) is one build of a release; advisories name the release.
            version = distribution.version.split("+")[0]
            yield name, version, "pkg:pypi/%s@%s" % (quoted(name), quoted(version))


def paragraphs(path):
    try:
        with open(path, errors="replace") as file:
            fields = {}
            for line in file:
                if not line.strip():
                    yield fields
                    fields = {}
                elif not line[0].isspace() and ":" in line:
                    key, value = line.split(":", 1)
                    fields[key] = value.strip()
            yield fields
    except OSError:
        return


def distribution_name():
    found = {}
    try:
        with open("/etc/os-release", errors="replace") as file:
            for line in file:
                key, _, value = line.strip().partition("=")
                found[key] = value.strip('"')
    except OSError:
        pass
    return found.get("ID", "debian"), found.get("VERSION_ID", "")


def debian_packages():
    vendor, version_id = distribution_name()
    for fields in paragraphs("/var/lib/dpkg/status"):
        if fields.get("Status", "").endswith(" installed"):
            # Advisories speak of source packages: "Source: openssl (3.0.2)" when its version differs.
            source, _, rest = fields.get("Source", fields["Package"]).partition(" ")
            version = rest.strip("()") or fields["Version"]
            yield source, version, "pkg:deb/%s/%s@%s?arch=source&distro=%s-%s" % (
                quoted(vendor), quoted(source), quoted(version), quoted(vendor), quoted(version_id))


def main(path):
    found = sorted(set(python_packages()) | set(debian_packages()))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "components": [{"type": "library", "name": n, "version": v, "purl": p} for n, v, p in found],
    }
    with open(path, "w") as file:
        json.dump(document, file)
    print("%d packages" % len(found))


if __name__ == "__main__":
    main(sys.argv[1])
