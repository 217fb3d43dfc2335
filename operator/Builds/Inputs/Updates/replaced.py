"""Lets the executor see what apt has replaced, though it be of the same time and size: ReplacedFiles.cs says why.

Arguments: a file that is as old as the step, and the folder to look through, on its own file system alone. What was
written since and claims to be older gets a fraction of its second; Python's compiled files note whole ones.
"""
import os
import stat
import sys
import time

SECOND = 1000000000


def replaced(top, since):
    device = os.lstat(top).st_dev
    for folder, folders, files in os.walk(top, onerror=lambda error: None):
        folders[:] = [name for name in folders if on_device(os.path.join(folder, name), device)]
        for name in files:
            path = os.path.join(folder, name)
            try:
                found = os.lstat(path)
            except OSError:
                continue
            # Nobody sets the time of the last change.
            if stat.S_ISREG(found.st_mode) and found.st_ctime_ns >= since > found.st_mtime_ns:
                yield path, found


def on_device(path, device):
    try:
        return os.lstat(path).st_dev == device
    except OSError:
        return False


def main(start, top):
    since = os.lstat(start).st_mtime_ns
    # Below a tenth of a second, which no rounding makes the next one.
    part = time.time_ns() % (SECOND // 10 - 1) + 1
    for path, found in list(replaced(top, since)):
        try:
            os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns // SECOND * SECOND + part))
        except OSError:
            continue


main(sys.argv[1], sys.argv[2])
