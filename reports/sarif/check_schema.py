#!/usr/bin/env python3
"""Checks SARIF files against the official schema: check_schema.py SCHEMA FILE..."""
import json
import sys

import jsonschema


def mistakes(validator, path):
    with open(path, encoding="utf-8") as file:
        errors = list(validator.iter_errors(json.load(file)))
    return [f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors]


def main(arguments):
    with open(arguments[0], encoding="utf-8") as file:
        validator = jsonschema.Draft4Validator(json.load(file))
    found = [mistake for path in arguments[1:] for mistake in mistakes(validator, path)]
    print("\n".join(found) or f"{len(arguments) - 1} files fit the schema")
    return 1 if found or len(arguments) < 2 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
