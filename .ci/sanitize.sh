#!/usr/bin/env bash
# Ring, devices and session under ThreadSanitizer; everything that reads bytes from outside under AddressSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\033[1m==>\033[0m %s\n' "$*"; }
step "ThreadSanitizer: ring, capture, playback, session"
swift test --quiet --sanitize=thread --scratch-path .build-tsan --filter 'OperatingSystemTests|AudioTests|AudioCaptureTests|AudioPlaybackTests|AssistantTests'
step "AddressSanitizer: files, JSON, phrases, configuration, worker messages, actions"
swift test --quiet --sanitize=address --scratch-path .build-asan --filter 'AudioTests|ToolsTests|PhrasesTests|ConfigurationTests|WorkerProcessTests|ActionsTests'
