"""One request to a pod that has just become ready, sent from beside it: one line of JSON for the termination log.

Argument: one JSON object {"digest": str, "url": str, "body": object or null (then it is a GET), "timeout": seconds,
"log": where the report goes, "keys": file of the server's keys, if it asks for one, "keyVariable": variable that holds one,
"status": that of the right answer if it isn't 200, "completion": false where any body will do, "probe": true where any
status will do that a kubelet takes (200 to 399)}. Nothing here decides beyond "it answered as asked"; only the standard library is used, of
any Python from 3.8 on. A server that is busy or loads (429, 503) or that refuses the connection is asked again until the
time is over; any other answer is final, but for that of a model that generates no text (400, code "model_only_embeds"): it is
asked for an embedding of the prompt instead. A pod that packets don't reach says nothing about its image (its kubelet reaches
it, else it weren't ready), nor does a file of keys that can't be read: then there is no report, and the exit code is 3.
"""
import json
import os
import re
import socket
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

# Bytes of an answer that are read, and characters of it that are told.
MOST, SHOWN = 1 << 20, 300

PAUSE, CONNECT = 2, 10


def unreachable(url, timeout):
    """Why no packet comes through; empty when one does, be it that the port is closed."""
    place = urllib.parse.urlsplit(url)
    try:
        socket.create_connection((place.hostname, place.port), timeout=min(timeout, CONNECT)).close()
    except ConnectionError:
        return ""
    except OSError as error:
        return "no connection to %s: %s; does a NetworkPolicy let pods of this namespace reach it?" % (place.netloc, error)
    return ""


def key_of(path):
    """(first key of a file, why there is none): a key a line; a comment begins with # at a line's beginning or after a space."""
    if not path:
        return "", ""
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as lines:
            for line in lines:
                key = re.split(r"(?:^|\s)#", line.strip(), maxsplit=1)[0].strip()
                if key:
                    return key, ""
    except OSError as error:
        return "", "API_KEYS_FILE: %s: %s" % (path, error.strerror or type(error).__name__)
    return "", "API_KEYS_FILE: %s: no key in it" % path


class Stay(urllib.request.HTTPRedirectHandler):
    """Takes a redirection for the answer."""

    def redirect_request(self, *_):
        return None


def ask(url, body, timeout, key="", stays=False):
    """(status, text) of an answer, or (None, why there was none)."""
    data = None if body is None else json.dumps(body).encode()
    headers = {} if data is None else {"Content-Type": "application/json"}
    if key:
        headers["Authorization"] = "Bearer " + key
    request = urllib.request.Request(url, data=data, headers=headers)
    # A pod is never behind the proxy that an image's environment may name.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), *([Stay] if stays else []))
    try:
        with opener.open(request, timeout=timeout) as answer:
            return answer.status, answer.read(MOST).decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read(MOST).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        return None, str(getattr(error, "reason", error)) or type(error).__name__
    except Exception as error:  # http.client's own: what answers isn't HTTP
        return None, "%s: %s" % (type(error).__name__, error)


def of_embedding(asked, status, text):
    """The request for an embedding, where the answer to one for a completion says that the model makes nothing else."""
    try:
        # Asked once: what it says to that is its answer.
        is_first = status == 400 and asked.get("completion", True) and "input" not in asked["body"]
        says = json.loads(text)["error"]["code"] if is_first else ""
        if says != "model_only_embeds":
            return None
        url = asked["url"].rsplit("/", 1)[0] + "/embeddings"
        return dict(asked, url=url, body={"model": asked["body"]["model"], "input": asked["body"]["prompt"]})
    except (ValueError, LookupError, TypeError):
        return None


def problem(status, text, expects_choices, right):
    """What is wrong with an answer, of which the right statuses are given; empty when nothing is."""
    if status not in right:
        return "it answered %d: %s" % (status, text.strip()[:SHOWN])
    if not expects_choices:
        return ""
    try:
        answer = json.loads(text)
        if "data" in answer:
            fits = isinstance(answer["data"][0]["embedding"][0], (int, float))
        else:
            fits = isinstance(answer["choices"][0]["text"], str)
    except (ValueError, LookupError, TypeError):
        fits = False
    return "" if fits else "it answered 200 but no completion: %s" % text.strip()[:SHOWN]


def main(argument):
    asked = json.loads(argument)
    end = time.monotonic() + asked["timeout"]
    right = range(200, 400) if asked.get("probe") else [asked.get("status", 200)]
    stays = any(300 <= status < 400 for status in right)
    while True:
        left = max(1, end - time.monotonic())
        key, unread = key_of(asked.get("keys"))
        key = key or os.environ.get(asked.get("keyVariable", ""), "")
        blocked = unread or unreachable(asked["url"], left)
        status, text = (None, blocked) if blocked else ask(asked["url"], asked["body"], left, key, stays)
        other = None if blocked else of_embedding(asked, status, text)
        if other:
            asked = other
            continue
        waits = status in (None, 429, 503) and status not in right and end - time.monotonic() > PAUSE
        if not waits:
            break
        time.sleep(PAUSE)
    if blocked:
        with open(asked["log"], "w") as log:
            log.write(blocked)
        print(blocked)
        sys.exit(3)
    why = problem(status, text, asked.get("completion", asked["body"] is not None), right) if status else "it gave no answer in %d s: %s" % (asked["timeout"], text[:SHOWN])
    report = {"v": 1, "digest": asked["digest"], "ok": not why, "answered": status is not None, "detail": why}
    with open(asked["log"], "w") as log:
        log.write(json.dumps(report))
    print(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1])
