#!/usr/bin/env python3
"""Checks the templates for CI systems: check_templates.py HEAPSTORM TEMPLATE...

Each must be YAML with the parts that its system asks for, and may use only commands and options that heapstorm, CMake and ctest
have, and only variables of heapstorm's CMake package that ci/scenarios.cmake reads. Exit codes: 0 they do; 1 each mistake is named.
"""
import os
import re
import shlex
import subprocess
import sys

import yaml

CI = os.path.dirname(os.path.abspath(__file__))
DEADLINE_S = 120


def steps_of_github(document):
    """The commands, and the inputs of the actions."""
    steps = [step for job in document["jobs"].values() for step in job["steps"]]
    return "\n".join(step.get("run", "") for step in steps), [step for step in steps if "uses" in step]


def mistakes_in_github(document):
    _, actions = steps_of_github(document)
    used = {action["uses"].partition("@")[0]: action.get("with", {}) for action in actions}
    if not used.get("github/codeql-action/upload-sarif", {}).get("sarif_file", "").startswith("build/scenario-runs"):
        yield "does not upload the SARIF reports of build/scenario-runs"
    if "build/scenario-runs" not in used.get("actions/upload-artifact", {}).get("path", ""):
        yield "does not keep build/scenario-runs"
    if document.get("permissions", {}).get("security-events") != "write":
        yield "lacks the permission to annotate, security-events: write"
    for action in actions:
        if action["uses"].startswith(("github/", "actions/upload")) and action.get("if") != "always()":
            yield f"does not use {action['uses']} when a test failed, which is when it is needed"


def mistakes_in_gitlab(document):
    artifacts = document["heapstorm"]["artifacts"]
    if artifacts.get("when") != "always":
        yield "does not keep artefacts when a test failed, which is when they are needed"
    if artifacts.get("reports", {}).get("junit") != "build/scenario-runs/*/junit.xml":
        yield "does not show the JUnit reports"
    if "build/scenario-runs/" not in artifacts.get("paths", []):
        yield "does not keep build/scenario-runs/"


def commands_of(document):
    """The lines of shell, whatever the system."""
    if "jobs" in document:
        script = steps_of_github(document)[0]
    else:
        job = document["heapstorm"]
        script = "\n".join([*job["before_script"], *job["script"]])
    return [shlex.split(line) for line in script.splitlines() if line.strip()]


def help_of(*command):
    return subprocess.run([*command, "--help"], capture_output=True, text=True, timeout=DEADLINE_S, check=False).stdout


def options_of(words):
    return {word.partition("=")[0] for word in words if word.startswith("--")}


def mistakes_in_command(words, heapstorm):
    program = os.path.basename(words[0])
    if program == "heapstorm":
        if not re.search(rf"^ +{re.escape(words[1])} ", help_of(heapstorm), re.MULTILINE):
            yield f"uses \"heapstorm {words[1]}\", which there is not"
            return
        known = help_of(heapstorm, words[1])
    elif program in ("cmake", "ctest"):
        known = help_of(program)
    else:
        return
    for option in sorted(options_of(words)):
        if not re.search(rf"{re.escape(option)}(?![a-z-])", known):
            yield f"uses \"{program} {option}\", which there is not"


def mistakes_in_variables(words):
    with open(os.path.join(CI, "scenarios.cmake"), encoding="utf-8") as file:
        package = file.read()
    for variable in re.findall(r"-D(HEAPSTORM_\w+)=", " ".join(words)):
        if "${" + variable + "}" not in package:
            yield f"sets {variable}, which ci/scenarios.cmake does not read"


def mistakes_in(path, heapstorm):
    with open(path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    yield from (mistakes_in_github if "jobs" in document else mistakes_in_gitlab)(document)
    commands = commands_of(document)
    for program in ["heapstorm", "cmake", "ctest"]:
        if program not in [words[0] for words in commands]:
            yield f"never runs {program}"
    for words in commands:
        yield from mistakes_in_command(words, heapstorm)
        yield from mistakes_in_variables(words)


def main(arguments):
    heapstorm, *templates = arguments
    found = [f"ci/{os.path.basename(path)}: {mistake}" for path in templates for mistake in mistakes_in(path, heapstorm)]
    print("\n".join(found) or f"{len(templates)} templates use what there is")
    return 1 if found or not templates else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
