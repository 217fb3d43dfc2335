"""Fetches weights from a Hugging Face hub by the base's own huggingface_hub, where no server image brings a program.

Called as the server's command: fetch hub:REPOSITORY@COMMIT --endpoint URL --to DIRECTORY --progress json
[--include GLOB]... [--token-file FILE] [--insecure]. Says a line {"bytes": ..., "totalBytes": ...} every ten seconds,
and at the end {"source", "revision", "bytes", "files"} or {"error": {"reason", "message", "retry"}}, in the termination
log, too.
"""
import argparse
import fnmatch
import json
import os
import sys
import threading

USUAL = ["*.json", "*.safetensors", "*.model", "*.jinja", "tokenizer*", "*.tiktoken"]
MARK = ".gemma-model.json"
LOG = "/dev/termination-log"


def say(report, final=False):
    line = json.dumps(report)
    print(line, flush=True)
    if final and os.path.exists(LOG):
        try:
            with open(LOG, "w") as log:
                log.write(line)
        except OSError:
            pass


def fail(reason, message, retry=False):
    say({"error": {"reason": reason, "message": str(message)[:600], "retry": retry}}, final=True)
    sys.exit(1)


def held(directory):
    """Bytes below a directory."""
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            try:
                total += os.lstat(os.path.join(folder, name)).st_size
            except OSError:
                pass
    return total


def report_on(directory, total, ended):
    while not ended.wait(10):
        say({"bytes": min(held(directory), total), "totalBytes": total})


def is_there(directory, source):
    try:
        with open(os.path.join(directory, MARK)) as mark:
            return json.load(mark)
    except (OSError, ValueError):
        return None


def fetch(asked):
    repository, _, revision = asked.source[len("hub:"):].rpartition("@")
    known = is_there(asked.to, asked.source)
    if isinstance(known, dict) and known.get("source") == asked.source:
        return known
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):  # an image may have them, for its server
        os.environ.pop(name, None)
    from huggingface_hub import HfApi, snapshot_download

    token = False
    if asked.token_file:
        with open(asked.token_file) as secret:
            token = secret.read().strip()
    patterns = USUAL + asked.include
    info = HfApi(endpoint=asked.endpoint, token=token).model_info(repository, revision=revision, files_metadata=True)
    files = [f for f in info.siblings if any(fnmatch.fnmatch(f.rfilename, p) for p in patterns)]
    if not any(f.rfilename.endswith(".safetensors") for f in files):
        fail("NoSafetensors", "%s@%s has no weights as safetensors" % (repository, revision))
    total, ended = sum(f.size or 0 for f in files), threading.Event()
    threading.Thread(target=report_on, args=(asked.to, total, ended), daemon=True).start()
    try:
        snapshot_download(repository, revision=revision, local_dir=asked.to, allow_patterns=patterns,
                          endpoint=asked.endpoint, token=token, max_workers=4)
    finally:
        ended.set()
    done = {"source": asked.source, "revision": revision, "bytes": total, "files": len(files)}
    with open(os.path.join(asked.to, MARK), "w") as mark:
        json.dump(done, mark)
    return done


def reason_of(error):
    """(reason, whether trying again may help) of what the library raised."""
    name, status = type(error).__name__, getattr(getattr(error, "response", None), "status_code", None)
    if name == "GatedRepoError":
        return "Gated", False
    if name in ("RepositoryNotFoundError", "RevisionNotFoundError", "EntryNotFoundError") or status == 404:
        return "NotFound", False
    if status in (401, 403):
        return "Unauthorized", False
    if isinstance(error, OSError) and getattr(error, "errno", None) == 28:
        return "DiskFull", False
    if isinstance(error, ImportError):
        return "InvalidArgument", False
    return "Unavailable", True


def main(arguments):
    parser = argparse.ArgumentParser(prog="fetch")
    parser.add_argument("command", choices=["fetch"])
    parser.add_argument("source")
    parser.add_argument("--endpoint", default="https://huggingface.co")
    parser.add_argument("--to", required=True)
    parser.add_argument("--include", action="append", default=[])
    parser.add_argument("--token-file")
    parser.add_argument("--progress")
    parser.add_argument("--insecure", action="store_true")
    asked = parser.parse_args(arguments)
    if not asked.source.startswith("hub:"):
        fail("InvalidArgument", "only weights of a hub can be fetched by this engine's base")
    try:
        done = fetch(asked)
    except Exception as error:  # whatever the library or the disk has to say
        reason, retry = reason_of(error)
        fail(reason, "%s: %s" % (type(error).__name__, error), retry)
    say(done, final=True)


if __name__ == "__main__":
    main(sys.argv[1:])
