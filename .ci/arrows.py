#!/usr/bin/env python3
"""Checks that every module imports only what Package.swift lets it, and that stages keep apart.

SwiftPM builds a module that imports another of the same package without declaring it, as long as something else pulled
it in; this does not.
"""
import json, os, pathlib, re, subprocess, sys

package = json.loads(subprocess.run(["swift", "package", "dump-package"], env={**os.environ, "EARSHOT_FUZZ": "1", "EARSHOT_REMOTE": "1"}, check=True, capture_output=True, text=True).stdout)
system = {"Glibc", "Foundation", "FoundationEssentials", "Synchronization", "Testing", "Dispatch", "Builtin", "_Concurrency"}
stages = {"AudioCapture", "AudioPlayback", "EchoCancellation", "WakeWord", "TurnDetection", "Transcription", "Speech", "Phrases", "Inference", "Actions", "Journal"}
# What a stage may know besides the values on its side of the session and its own libraries.
shared = {"OperatingSystem", "Audio", "Tools", "WorkerProcess", "SoundCards"}
import_line = re.compile(r"^(?:@\S+\s+)*(?:public |package |internal |private |fileprivate )?import (?:struct |class |enum |func |protocol )?(\w+)", re.M)

problems = []
ours = {target["name"] for target in package["targets"]}
for target in package["targets"]:
    name = target["name"]
    declared, products = set(), set()
    for dependency in target["dependencies"]:
        kind, value = next(iter(dependency.items()))
        (declared if value[0] in ours else products).add(value[0])
    if name in stages:
        libraries = {other for other in declared if re.match("C[A-Z]", other)}
        for other in sorted(declared - shared - libraries):
            problems.append(f"Package.swift: stage {name} depends on {other}")
    if name == "Assistant":
        for device in sorted(declared & {"AudioCapture", "AudioPlayback", "CALSA", "CLinux"}):
            problems.append(f"Package.swift: Assistant depends on the device module {device}")
    folder = pathlib.Path(target.get("path") or f"{'Tests' if target['type'] == 'test' else 'Sources'}/{name}")
    for source in sorted(folder.rglob("*.swift")):
        for module in import_line.findall(source.read_text()):
            if module in ours and module not in declared:
                problems.append(f"{source}: imports {module}, which {name} does not declare")
            if module in ours and name in stages and module in stages:
                problems.append(f"{source}: stage {name} imports stage {module}")
            if "Tools" in declared and module == "OrderedCollections":
                continue
            if module == "Foundation" and target["type"] == "regular":
                problems.append(f"{source}: imports Foundation; FoundationEssentials does without ICU")
if problems:
    print("\n".join(problems))
    sys.exit(f"{len(problems)} arrows point where they may not")
print(f"{len(ours)} modules, no arrow out of place")
