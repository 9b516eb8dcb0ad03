#!/usr/bin/env python3
"""Checks heapstorm(1) against the program: check_manual.py HEAPSTORM PAGE

Every command that `heapstorm --help` prints needs a subsection `.SS heapstorm COMMAND`, every option that the help of a command
prints must stand in it, and what stands there must exist. groff must have no complaint about the page.

Exit codes: 0 the page is complete; 1 it is not: each mistake is named with what to write where.
"""
import os
import re
import subprocess
import sys

DEADLINE_S = 120


def help_of(program, *command):
    done = subprocess.run([program, *command, "--help"], capture_output=True, text=True, timeout=DEADLINE_S, check=True)
    return done.stdout


def commands_in(text):
    """The names below "Subcommands:"."""
    listed = re.search(r"^Subcommands:\n((?: .*\n)+)", text, re.MULTILINE)
    return re.findall(r"^ {1,4}(\S+)", listed.group(1), re.MULTILINE) if listed else []


def options_in(text):
    """The long options that begin a line of help."""
    return set(re.findall(r"^ +(?:-\w,)?(--[a-z-]+)", text, re.MULTILINE)) - {"--help"}


def sections_of(page):
    """The text of each command's subsection, by the command's words, and of OPTIONS as that of ""."""
    sections = {match.group(1): match.group(2) for match in
                re.finditer(r"^\.SS heapstorm ([a-z-]+(?: [a-z-]+)*).*\n((?:(?!\.S[SH] ).*\n)*)", page, re.MULTILINE)}
    options = re.search(r"^\.SH OPTIONS\n((?:(?!\.S[SH] ).*\n)*)", page, re.MULTILINE)
    sections[""] = options.group(1) if options else ""
    return sections


def options_of_section(text):
    """The options that head a paragraph, that is the line after .TP; roff writes a hyphen as \\-."""
    heads = re.findall(r"^\.TP\n(.*)$", text.replace("\\-", "-"), re.MULTILINE)
    return {option for head in heads for option in re.findall(r"--[a-z-]+", head)} - {"--help"}


def compare_command(command, section, options):
    there = options_of_section(section)
    for option in sorted(options - there):
        escaped = option.replace("-", "\\-")
        yield (f"\"heapstorm {command}\" takes {option}, and its section does not say so. Write, with what it is for:\n"
               f"    .TP\n    .B {escaped}")
    for option in sorted(there - options):
        yield f"the section of \"heapstorm {command}\" has {option}, which the program does not take"


def all_commands(program, *above):
    """Every command as its words, with its help; of a command with commands of its own only those."""
    text = help_of(program, *above)
    below = commands_in(text)
    if not below:
        yield " ".join(above), text
    for command in below:
        yield from all_commands(program, *above, command)


def mistakes_of(program, page):
    sections = sections_of(page)
    yield from compare_command("", sections.pop(""), options_in(help_of(program)))
    commands = dict(all_commands(program))
    for command, text in commands.items():
        if command not in sections:
            yield (f"there is no section for \"heapstorm {command}\". Write it into COMMANDS, as those that are there, and a line "
                   f"into SYNOPSIS:\n    .SS heapstorm {command} ...")
            continue
        if not re.search(rf"^\.B heapstorm {command}$", page, re.MULTILINE):
            yield f"SYNOPSIS has no line `.B heapstorm {command}`"
        yield from compare_command(command, sections[command], options_in(text))
    for command in sorted(set(sections) - set(commands)):
        yield f"there is a section for \"heapstorm {command}\", which the program does not know"


def complaints_of_groff(path):
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", path], capture_output=True, text=True, timeout=DEADLINE_S,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}, check=False)
    return [line for line in done.stderr.splitlines() if line] + ([] if done.returncode == 0 else ["groff failed"])


def main(arguments):
    program, path = arguments
    with open(path, encoding="utf-8") as file:
        page = file.read()
    found = [*mistakes_of(program, page), *complaints_of_groff(path)]
    source = "tools/heapstorm/manual/heapstorm.1.in"
    for mistake in found:
        print(f"{source}: {mistake}")
    if not found:
        print("the manual has every command and option")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
