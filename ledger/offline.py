"""For an auditor: verify exported events against an exported head with Python alone.

    python3 offline.py HEAD.json EVENTS.jsonl

HEAD.json came from `manage.py verify_ledger --export-head` and was kept where the council's own
staff cannot change it; EVENTS.jsonl came from `--export-events`, later. Every event that the head
covers must be there unchanged, in its place. Of events recorded after the head it can only say
that they hang together. Exit code 1 on any fault.
"""

import hashlib
import json
import sys


def digest(value):
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def verify(head, lines):
    """Yield each fault as a line of text."""
    whole = {name: value for name, value in head.items() if name != "digest"}
    if digest(whole) != head["digest"] or digest(sorted(head["streams"])) != head["seal"]["heads"]:
        yield "the head file is damaged"
    expected = {key: (length, last) for key, length, last in head["streams"]}
    reached = {}
    for line in lines:
        event = json.loads(line)
        claimed = event.pop("digest")
        seq, previous = reached.get(event["stream"], (0, ""))
        where = f"{event['stream']} #{event['seq']}"
        if digest(event) != claimed:
            yield f"{where}: changed"
        if (event["seq"], event["previous"]) != (seq + 1, previous):
            yield f"{where}: does not follow the event before it"
        length, last = expected.get(event["stream"], (0, ""))
        if event["seq"] == length and claimed != last:
            yield f"{where}: not the event that the head names"
        reached[event["stream"]] = (event["seq"], claimed)
    for key, (length, _) in expected.items():
        if reached.get(key, (0, ""))[0] < length:
            yield f"{key}: the head covers {length} events, they are not all here"


if __name__ == "__main__":
    with open(sys.argv[1]) as head_file, open(sys.argv[2]) as events_file:
        faults = list(verify(json.load(head_file), events_file))
    sys.stdout.write("\n".join([*faults, f"{len(faults)} faults"]) + "\n")
    sys.exit(1 if faults else 0)
