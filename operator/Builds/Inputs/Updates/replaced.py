"""Lets the executor see what apt has replaced, though it be of the same time and size: ReplacedFiles.cs says why.

Arguments: a file that is as old as the step, and the folder to look through, on its own file system alone. What was
written since and claims to be older gets a fraction of its second; Python's compiled files note whole ones. Of a link
the executor compares the length of its target alone, so that it is touched itself, and never what it points at.
"""
import os
import stat
import sys
import time

SECOND = 1000000000
TOUCHES_LINKS = os.utime in os.supports_follow_symlinks


def replaced(top, since):
    device = os.lstat(top).st_dev
    for folder, folders, files in os.walk(top, onerror=lambda error: None):
        # Links to folders are among these.
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        folders[:] = [name for name in folders if on_device(os.path.join(folder, name), device)]
        for name in files + links:
            path = os.path.join(folder, name)
            try:
                found = os.lstat(path)
            except OSError:
                continue
            is_seen = stat.S_ISREG(found.st_mode) or (stat.S_ISLNK(found.st_mode) and TOUCHES_LINKS)
            # Nobody sets the time of the last change.
            if is_seen and found.st_ctime_ns >= since > found.st_mtime_ns:
                yield path, found


def on_device(path, device):
    try:
        return os.lstat(path).st_dev == device
    except OSError:
        return False


def main(start, top):
    since = os.lstat(start).st_mtime_ns
    # Below a tenth of a second, which no rounding makes the next one.
    part = int(time.time() * SECOND) % (SECOND // 10 - 1) + 1
    for path, found in list(replaced(top, since)):
        try:
            times = (found.st_atime_ns, found.st_mtime_ns // SECOND * SECOND + part)
            os.utime(path, ns=times, follow_symlinks=not stat.S_ISLNK(found.st_mode))
        except OSError:
            continue


main(sys.argv[1], sys.argv[2])
