#!/usr/bin/env bash
# Threads under ThreadSanitizer, then everything that reads bytes from outside under AddressSanitizer.
# usage: sanitize.sh [thread|address]
set -euo pipefail
cd "$(dirname "$0")/.."
export EARSHOT_SHARE="${EARSHOT_PREFIX:-$PWD/.prefix}/share/earshot"
step() { printf '\033[1m==>\033[0m %s\n' "$*"; }

# tests KIND FOLDER SUITES SKIPPED: one test after another, so that a report names its test.
tests() {
  step "$1 sanitizer: building (the first time takes some minutes)"
  swift build --quiet --build-tests --sanitize="$1" --scratch-path "$2"
  step "$1 sanitizer: ${3//|/, }"
  swift test --quiet --skip-build --no-parallel --sanitize="$1" --scratch-path "$2" --filter "^($3)\\." --skip "$4"
}

if [ "${1:-thread}" = thread ]; then
  # Left out are tests of one thread that compute for minutes, and one that counts its children: the symbolizer that the
  # sanitizer starts, for a suppressed report as well, is one.
  TSAN_OPTIONS="suppressions=$PWD/.ci/tsan-suppressions.txt" tests thread .build-tsan \
    'OperatingSystemTests|AudioTests|SoundCardsTests|AudioCaptureTests|AudioPlaybackTests|SpeechTests|ActionsTests|AssistantTests|WorkerProcessTests|InferenceTests.(LocalLanguageModel|ComputeThreads|Transformer|FallbackLanguageModel)Tests' \
    'ResamplerTests|WAVTests|OpusTests|namesOfAnyBytesNeverTrap|SpokenEnglishTests|ClauseSplitterTests|noDescriptorAndNoZombieIsLeftBehind'
fi
if [ "${1:-address}" = address ]; then
  # Leaks are not looked for, see fuzz.sh.
  ASAN_OPTIONS=detect_leaks=0 tests address .build-asan \
    'FuzzingTests|AudioTests|SoundCardsTests|AudioCaptureTests|AudioPlaybackTests|TurnDetectionTests|ToolsTests|PhrasesTests|ConfigurationTests|WorkerProcessTests|ActionsTests|SpeechTests|InferenceTests' \
    'ResamplerTests|namesOfAnyBytesNeverTrap|RandomSchemaTests|MistralTokenTests|MistralChatTests|LlamaVocabularyTests|SchemaMutationTests|BytePairTests|SentencePieceTests'
fi
step "nothing found"
