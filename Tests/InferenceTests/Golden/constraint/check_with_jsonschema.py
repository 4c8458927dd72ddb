"""Checks what the constraint wrote with Python's jsonschema.

EARSHOT_CONSTRAINT_EXPORT=out.jsonl swift test --filter RandomSchemaTests
python Tests/InferenceTests/Golden/constraint/check_with_jsonschema.py out.jsonl
"""
import importlib.metadata
import json
import sys

import jsonschema

total = wrong = 0
for line in open(sys.argv[1], encoding="utf-8"):
    record = json.loads(line)
    total += 1
    try:
        value = json.loads(record["output"])
        jsonschema.Draft202012Validator(record["schema"]).validate(value)
    except (ValueError, jsonschema.ValidationError) as error:
        wrong += 1
        print(json.dumps(record["schema"], ensure_ascii=False), record["output"], error, sep="\n", end="\n\n")
print(f"{total} outputs, {wrong} wrong (jsonschema {importlib.metadata.version('jsonschema')})")
sys.exit(wrong > 0)
