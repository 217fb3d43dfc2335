"""What a candidate says of itself, run inside it: one line of JSON for the termination log.

Argument: one JSON object {"digest": str, "imports": [str], "requireGpu": bool, "timeout": seconds of one attempt,
"root": folder whose size is taken, "log": where the report goes, "torchLibFile": file that names libtorch's folder,
and where the operating system was updated "updatesNote": what that layer noted, "dpkgStatus": what is installed now}.
Nothing here decides: the operator compares the report with the spec. Only the standard library is used, of any
Python from 3.8 on, and every import is tried in a process of its own, so that one that crashes is a line of the
report and not the end of it.
"""
import json
import os
import platform
import subprocess
import sys
import time

# The kubelet cuts a termination message at 4,096 bytes; what is cut is no JSON any more.
LIMIT = 4000

# Seconds that the walk over all files may take; a cold disk can make it slow, and the size is only told.
WALK = 60

TORCH = """
import json, torch
arch = getattr(getattr(torch, "_C", None), "_cuda_getArchFlags", lambda: "")()
print("\\n" + json.dumps({"version": torch.__version__, "cuda": torch.version.cuda or "", "arch": arch}))
"""

GPU = """
import json, torch
ok = torch.cuda.is_available()
print("\\n" + json.dumps({"available": ok, "name": torch.cuda.get_device_name(0) if ok else ""}))
"""


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def run(code, timeout):
    """Runs code in a fresh interpreter: (last line of its output, None), or (None, why it failed)."""
    try:
        done = subprocess.run([sys.executable, "-c", code], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=timeout, errors="replace")
    except subprocess.TimeoutExpired:
        return None, "it took longer than %d s" % timeout
    if done.returncode < 0:
        return None, "the interpreter was ended by signal %d" % -done.returncode
    if done.returncode:
        return None, last_line(done.stderr) or "exit code %d" % done.returncode
    return last_line(done.stdout), None


def facts(code, timeout):
    line, error = run(code, timeout)
    if error:
        return {"error": error}
    try:
        return json.loads(line)
    except ValueError:
        return {"error": "it printed no facts"}


def torch_lib(path_file):
    try:
        with open(path_file, errors="replace") as file:
            path = file.read().strip()
    except OSError as error:
        return {"error": "%s: %s" % (path_file, error.strerror)}
    return {"path": path} if os.path.isdir(path) else {"path": path, "error": "there is no such directory"}


def pip_check(timeout):
    try:
        done = subprocess.run([sys.executable, "-m", "pip", "check"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=timeout, errors="replace")
    except subprocess.TimeoutExpired:
        return ["pip check took longer than %d s" % timeout]
    return [] if done.returncode == 0 else [line.strip() for line in done.stdout.splitlines() if line.strip()]


def disk_bytes(top):
    """Bytes on disk of the image's own filesystem: what a node must have room for. None when it takes too long."""
    total, seen, root, end = 0, set(), os.lstat(top).st_dev, time.monotonic() + WALK
    for folder, folders, files in os.walk(top, onerror=lambda error: None):
        if time.monotonic() > end:
            return None
        folders[:] = [name for name in folders if device(os.path.join(folder, name)) == root]
        for name in files:
            try:
                entry = os.lstat(os.path.join(folder, name))
            except OSError:
                continue
            if entry.st_dev == root and (entry.st_nlink == 1 or entry.st_ino not in seen):
                seen.add(entry.st_ino)
                total += entry.st_blocks * 512
    return total


def device(path):
    try:
        return os.lstat(path).st_dev
    except OSError:
        return None


def installed(status_file):
    """Version of each Debian package that is installed, by name:architecture."""
    found, fields = {}, {}
    with open(status_file, errors="replace") as file:
        for line in list(file) + ["\n"]:
            if line.strip():
                if not line[0].isspace() and ":" in line:
                    key, value = line.split(":", 1)
                    fields[key] = value.strip()
                continue
            if fields.get("Status", "").endswith(" installed"):
                found["%s:%s" % (fields.get("Package"), fields.get("Architecture"))] = fields.get("Version", "")
            fields = {}
    return found


def system_updates(note, status_file):
    """What the layer of updates noted, and which packages that it held have another version now."""
    said, held, now = {}, {}, {}
    try:
        with open(note, errors="replace") as file:
            for line in file:
                key, _, value = line.strip().partition(" ")
                if key == "held":
                    name, _, version = value.partition(" ")
                    held[name] = version
                else:
                    said[key] = value
        if held:
            now = installed(status_file)
    except OSError as error:
        return {"error": "%s: %s" % (error.filename, error.strerror)}
    moved = [{"name": name, "held": version, "found": now.get(name, "")}
             for name, version in sorted(held.items()) if now.get(name) != version]
    return {"policy": said.get("policy", ""), "result": said.get("result", ""), "manager": said.get("manager", ""),
            "said": said.get("said", ""), "changed": int(said["changed"]) if said.get("changed", "").isdigit() else 0,
            "held": len(held), "moved": moved[:5], "movedCount": len(moved)}


def fitted(report):
    """The report in at most LIMIT bytes: long texts are shortened before anything is left out."""
    for width in (400, 200, 100, 50, 20):
        text = json.dumps(shortened(report, width), separators=(",", ":"))
        if len(text) <= LIMIT:
            return text
    while report["imports"]:
        # Failures are kept for last: they decide.
        good = [entry for entry in report["imports"] if "error" not in entry]
        report["imports"].remove(good[-1] if good else report["imports"][-1])
        report["importsLeftOut"] = report.get("importsLeftOut", 0) + 1
        text = json.dumps(shortened(report, 20), separators=(",", ":"))
        if len(text) <= LIMIT:
            return text
    return json.dumps(shortened(dict(report, pipCheck=[]), 20), separators=(",", ":"))


def shortened(value, width):
    if isinstance(value, str):
        return value if len(value) <= width or value.startswith("sha256:") else value[:width] + "..."
    if isinstance(value, list):
        return [shortened(entry, width) for entry in (value if len(value) <= 50 else value[:50])]
    if isinstance(value, dict):
        # A name that is cut is another name.
        return {key: entry if key == "name" else shortened(entry, width) for key, entry in value.items()}
    return value


def main(argument):
    asked = json.loads(argument)
    timeout = asked["timeout"]
    imports = []
    for name in asked.get("imports", []):
        error = run("import " + name, timeout)[1]
        imports.append({"name": name, "error": error} if error else {"name": name})
    report = {
        "v": 1,
        "digest": asked["digest"],
        "uid": os.getuid(),
        "gid": os.getgid(),
        "python": platform.python_version(),
        "torch": facts(TORCH, timeout),
        "torchLib": torch_lib(asked["torchLibFile"]),
        "imports": imports,
        "pipCheck": pip_check(timeout)[:10],
        "diskBytes": disk_bytes(asked["root"]),
    }
    if asked.get("requireGpu"):
        report["gpu"] = facts(GPU, timeout)
    if "updatesNote" in asked:
        report["systemUpdates"] = system_updates(asked["updatesNote"], asked["dpkgStatus"])
    report["contents"], lines = list_contents(asked, report["torch"], report["torchLib"], report["diskBytes"])
    report["torch"].pop("arch", None)
    text = fitted(report)
    with open(asked["log"], "w") as log:
        log.write(text)
    print(text)
    for line in lines:
        print(line)


if __name__ == "__main__":
    main(sys.argv[1])
