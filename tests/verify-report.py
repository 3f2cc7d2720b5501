#!/usr/bin/env python3
"""Compares a report of the demo with what wc and sha256sum say: verify-report.py FOLDER REPORT.

Knows nothing of Meshwork. Prints one line and exits 0 if every file of the folder stands in the
report exactly once with the right figures and the totals add up; else says what differs, exit 1.
"""
import json, os, pathlib, subprocess, sys

folder, report = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
env = {**os.environ, "LC_ALL": "C"}
files = sorted(path for path in folder.rglob("*") if path.is_file())


def tool(*argv):
    return subprocess.run(argv, env=env, check=True, capture_output=True).stdout.decode()


expected = {}
for path in files:
    with path.open("rb") as content:
        counts = subprocess.run(["wc", "-l", "-w", "-c"], env=env, stdin=content, check=True, capture_output=True)
    lines, words, size = map(int, counts.stdout.split())
    expected[str(path.resolve())] = (lines, words, size, tool("sha256sum", "--", str(path)).lstrip("\\").split()[0])

found, totals, wrong = {}, None, []
for line in report.read_text().splitlines():
    row = json.loads(line)
    if "totals" in row:
        totals = row["totals"]
        continue
    path = str(pathlib.Path(row["path"]).resolve())
    if path in found:
        wrong.append(f"twice: {path}")
    found[path] = (row["lines"], row["words"], row["bytes"], row["sha256"])

wrong += [f"missing: {path}" for path in expected.keys() - found.keys()]
wrong += [f"unexpected: {path}" for path in found.keys() - expected.keys()]
wrong += [
    f"{path}: {found[path]} instead of {expected[path]}"
    for path in expected.keys() & found.keys()
    if found[path] != expected[path]
]
sums = [sum(row[column] for row in expected.values()) for column in range(3)]
if totals is None or [totals["files"], totals["lines"], totals["words"], totals["bytes"]] != [len(files), *sums]:
    wrong.append(f"totals: {totals} instead of {[len(files), *sums]}")

print("\n".join(wrong[:20]) if wrong else f"{len(files)} files agree; lines, words, bytes: {sums}")
sys.exit(1 if wrong else 0)
