#!/usr/bin/env python3
"""Writes the manual page earshot(1) from what the program itself says of its commands.

usage: earshot --experimental-dump-help | manual.py > earshot.1
"""
import json
import sys

FILES = [
    ("/etc/earshot/earshot.yaml", "The configuration that is used where none is named."),
    ("/var/lib/earshot/journal.sqlite", "The journal: turns and actions, readable with earshot history."),
    ("/usr/local/share/earshot", "Example configurations, pages about boards, the voice detector's weights."),
]
ENVIRONMENT = [
    ("EARSHOT_SHARE", "The folder that holds the voice detector's weights, in place of the one beside the program."),
    ("NO_COLOR", "Where it is set, nothing is coloured and no live view is drawn."),
    ("NOTIFY_SOCKET, WATCHDOG_USEC, JOURNAL_STREAM", "Set by systemd: readiness, watchdog, log priorities."),
    ("STATE_DIRECTORY, CACHE_DIRECTORY, XDG_STATE_HOME, XDG_CACHE_HOME", "Where the journal and what can be made again are kept."),
]
STATUS = [
    (0, "Done."), (64, "Wrong usage."), (65, "Bad data: a model, an audio file, arguments of a tool."),
    (66, "No such input."), (69, "A device or service is missing."), (70, "A fault of Earshot's own."),
    (77, "Not permitted."), (78, "A bad configuration; each problem is named with line and column."),
]


def escaped(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "")
    return "\\&" + text if text.startswith(".") else text


def paragraphs(text):
    """Prose is filled, indented lines (examples) stay as they are."""
    lines, inside = [], False
    for line in text.split("\n"):
        if line.startswith("  ") and not inside:
            lines += [".PP", ".nf", ".RS 4"]
            inside = True
        elif not line.startswith("  ") and inside and line:
            lines += [".RE", ".fi", ".PP"]
            inside = False
        lines.append(escaped(line.strip()) if line.strip() else ("" if inside else ".PP"))
    return lines + ([".RE", ".fi"] if inside else [])


def option(argument):
    names = ", ".join(("--" if name["kind"].startswith("long") else "-") + name["name"] for name in argument.get("names", []))
    value = argument.get("valueName", "")
    if argument["kind"] == "positional":
        return f"\\fI{escaped(value)}\\fR"
    return f"\\fB{escaped(names)}\\fR" + (f" \\fI{escaped(value)}\\fR" if argument["kind"] == "option" else "")


def commands(command, path):
    here = path + [command["commandName"]]
    children = [child for child in command.get("subcommands", []) if child["commandName"] != "help"]
    lines = []
    if len(here) > 1:
        lines += [f".SS {escaped(' '.join(here))}"] + paragraphs(command.get("abstract", ""))
        if command.get("discussion"):
            lines += [".PP"] + paragraphs(command["discussion"])
        for argument in command.get("arguments", []):
            if not argument.get("shouldDisplay", True) or argument.get("preferredName", {}).get("name") in ("help", "version"):
                continue
            text = argument.get("abstract", "")
            if argument.get("defaultValue"):
                text += f" Default: {argument['defaultValue']}."
            lines += [".TP", option(argument), escaped(text)]
    for child in children:
        lines += commands(child, here)
    return lines


def main():
    top = json.load(sys.stdin)["command"]
    lines = [
        ".TH EARSHOT 1", ".SH NAME", f"earshot \\- {escaped(top['abstract'].rstrip('.').lower())}", ".SH SYNOPSIS",
        ".B earshot", ".I command", ".RI [ options ]", ".SH DESCRIPTION", *paragraphs(top.get("discussion", "")),
        ".SH COMMANDS", *commands(top, [])]
    for title, rows in [("FILES", FILES), ("ENVIRONMENT", ENVIRONMENT), ("EXIT STATUS", STATUS)]:
        lines.append(f".SH {title}")
        for name, text in rows:
            lines += [".TP", f"\\fB{escaped(str(name))}\\fR", escaped(text)]
    lines += [".SH SEE ALSO", ".BR systemctl (1),", ".BR journalctl (1),", ".BR gpioinfo (1),", ".BR aplay (1)"]
    # A blank line and two breaks in a row would both be more space than a paragraph has.
    kept = []
    for line in lines:
        if line == ".PP" and kept and (kept[-1] == ".PP" or kept[-1].startswith((".SS", ".SH"))):
            continue
        kept.append(line)
    print("\n".join(kept))


if __name__ == "__main__":
    main()
