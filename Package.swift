// swift-tools-version: 6.2
// Earshot: a voice assistant daemon for embedded Linux. `make help` says how to build it; docs/architecture.md
// says what each target is for.
import PackageDescription

// What a wheel from PyPI carries is unpacked here by `make setup`, with pkg-config files; `make` exports PKG_CONFIG_PATH.
let localPrefix = Context.environment["EARSHOT_PREFIX"] ?? Context.packageDirectory + "/.prefix"

let package = Package(
  name: "earshot",
  products: [
    .executable(name: "earshot", targets: ["earshot"]),
    .executable(name: "earshot-worker", targets: ["earshot-worker"]),
    // Loaded by alsa-lib, not linked.
    .library(name: "EarshotVirtualSoundCard", type: .dynamic, targets: ["CVirtualSoundCard"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
  ],
  targets: [
    // What stages ask of the system: threads that may block, waking them, folders, where the program lies.
    .target(name: "OperatingSystem", dependencies: ["CLinux"]),
    // Samples: formats, sample time, the ring, resampling, files.
    .target(name: "Audio", dependencies: ["COpus"]),
    // Devices: the only owners of real-time threads.
    .target(name: "SoundCards", dependencies: ["Audio", "OperatingSystem", "CALSA", "CLinux", "CVirtualSoundCard"]),
    .target(name: "AudioCapture", dependencies: ["Audio", "SoundCards", "OperatingSystem"]),
    .target(name: "AudioPlayback", dependencies: ["Audio", "SoundCards", "OperatingSystem"]),
    // An ALSA plug-in: a sound card for machines without one.
    .target(name: "CVirtualSoundCard", linkerSettings: [.linkedLibrary("asound")]),
    // The assistant's own voice out of the microphone.
    .target(name: "EchoCancellation", dependencies: ["Audio", "CSpeexDSP"]),
    // Samples to turns, turns to words, words to samples.
    .target(
      name: "WakeWord", dependencies: ["Audio", "Tools", "CTensorFlowLite"],
      linkerSettings: [
        .unsafeFlags([
          "-Xlinker", "-rpath", "-Xlinker", localPrefix + "/lib",
          "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib/earshot",
        ])
      ]),
    .target(name: "TurnDetection", dependencies: ["Audio", "WorkerProcess", "COpenBLAS"]),
    .target(name: "Transcription", dependencies: ["WorkerProcess", "OperatingSystem", "CPocketSphinx", "CFlite"]),
    .target(name: "Speech", dependencies: ["Audio", "WorkerProcess", "OperatingSystem", "CFlite"]),
    // Words to tool calls, tool calls to effects.
    .target(name: "Tools", dependencies: [.product(name: "OrderedCollections", package: "swift-collections")]),
    .target(name: "Phrases", dependencies: ["Tools"]),
    .target(name: "Inference", dependencies: ["Tools", "OperatingSystem", "CKernels", "CLinux", "COpenBLAS"]),
    .target(
      name: "Actions",
      dependencies: [
        "Tools", "OperatingSystem", "CLinux", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .target(name: "Journal", dependencies: ["Tools", .product(name: "GRDB", package: "GRDB.swift")]),
    // The session joins the stages; it knows no device.
    .target(
      name: "Assistant",
      dependencies: [
        "Audio", "EchoCancellation", "WakeWord", "TurnDetection", "Transcription", "Speech", "Tools", "Phrases",
        "Inference", "Actions", "Journal", "WorkerProcess", .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "Configuration",
      dependencies: [
        "Tools", "Phrases", "Actions", .product(name: "Yams", package: "Yams"),
        .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    // A supervised helper process and the messages to it.
    .target(name: "WorkerProcess", dependencies: ["OperatingSystem"]),
    // What models hear of speech.
    .target(name: "SpeechFeatures"),

    .executableTarget(
      name: "earshot",
      dependencies: [
        "Audio", "SoundCards", "AudioCapture", "AudioPlayback", "EchoCancellation", "WakeWord", "TurnDetection",
        "Transcription", "Speech", "Tools", "Phrases", "Inference", "Actions", "Journal", "Assistant", "Configuration",
        "WorkerProcess",
        "OperatingSystem", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),
    .executableTarget(
      name: "earshot-worker",
      dependencies: ["WorkerProcess", "OperatingSystem", "SpeechFeatures", "CSherpaOnnx", "COnnxRuntime"],
      linkerSettings: [
        .unsafeFlags([
          "-Xlinker", "-rpath", "-Xlinker", localPrefix + "/lib",
          "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib/earshot",
        ])
      ]),

    .target(name: "CLinux"),
    // Always optimised: a debug build computes models too.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
    .systemLibrary(name: "CALSA", pkgConfig: "alsa", providers: [.apt(["libasound2-dev"])]),
    .systemLibrary(
      name: "COpus", pkgConfig: "opusfile libopusenc",
      providers: [.apt(["libopus-dev", "libopusfile-dev", "libopusenc-dev"])]),
    .systemLibrary(name: "CSpeexDSP", pkgConfig: "speexdsp", providers: [.apt(["libspeexdsp-dev"])]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CPocketSphinx", pkgConfig: "pocketsphinx", providers: [.apt(["libpocketsphinx-dev"])]),
    .systemLibrary(name: "CFlite", providers: [.apt(["flite1-dev"])]),
    .systemLibrary(name: "CSherpaOnnx", pkgConfig: "sherpa-onnx"),
    // The runtime that sherpa-onnx brings without its header; found through sherpa-onnx's pkg-config file.
    .target(name: "COnnxRuntime"),
    .systemLibrary(name: "CTensorFlowLite", pkgConfig: "tensorflowlite_c"),

    .target(name: "TestSupport", dependencies: ["Audio", "CAllocationCounter"], path: "Tests/TestSupport"),
    .target(name: "TestModels", dependencies: ["Inference", "Tools", "TestSupport"], path: "Tests/TestModels"),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
    .testTarget(name: "OperatingSystemTests", dependencies: ["OperatingSystem", "TestSupport"]),
    .testTarget(name: "AudioTests", dependencies: ["Audio", "TestSupport", "CAllocationCounter"]),
    .target(
      name: "SoundCardsTestSupport", dependencies: ["Audio", "SoundCards", "CAllocationCounter"],
      path: "Tests/SoundCardsTestSupport"),
    .testTarget(
      name: "SoundCardsTests", dependencies: ["SoundCards", "Audio", "SoundCardsTestSupport", "TestSupport"]),
    .testTarget(
      name: "AudioCaptureTests",
      dependencies: ["AudioCapture", "SoundCards", "Audio", "SoundCardsTestSupport", "CAllocationCounter"]),
    .testTarget(
      name: "AudioPlaybackTests",
      dependencies: ["AudioPlayback", "SoundCards", "Audio", "SoundCardsTestSupport", "CAllocationCounter"]),
    .testTarget(
      name: "WakeWordTests", dependencies: ["WakeWord", "Audio", "TestSupport", "CFlite"], exclude: ["Golden"],
      linkerSettings: [.linkedLibrary("flite_cmu_us_slt")]),
    .testTarget(
      name: "EchoCancellationTests",
      dependencies: [
        "EchoCancellation", "Audio", "AudioCapture", "AudioPlayback", "SoundCards", "SoundCardsTestSupport",
        "TestSupport",
      ]),
    .testTarget(
      name: "TurnDetectionTests", dependencies: ["TurnDetection", "Audio", "Speech", "WorkerProcess", "TestSupport"]),
    .testTarget(
      name: "SpeechFeaturesTests", dependencies: ["SpeechFeatures", "Audio", "TestSupport"], exclude: ["Golden"]),
    .testTarget(
      name: "TranscriptionTests", dependencies: ["Transcription", "Audio", "WorkerProcess", "TestSupport", "CFlite"],
      linkerSettings: ["slt", "rms", "awb"].map { .linkedLibrary("flite_cmu_us_\($0)") }),
    .testTarget(name: "SpeechTests", dependencies: ["Speech", "Audio", "WorkerProcess", "TestSupport"]),
    .testTarget(name: "ToolsTests", dependencies: ["Tools"], exclude: ["Golden"]),
    .testTarget(name: "PhrasesTests", dependencies: ["Phrases", "Tools"]),
    .testTarget(name: "ActionsTests", dependencies: ["Actions", "Tools", "OperatingSystem"]),
    .testTarget(name: "JournalTests", dependencies: ["Journal", "Tools"]),
    .testTarget(
      name: "AssistantTests",
      dependencies: ["Assistant", "Audio", "Inference", "Phrases", "Tools", "Transcription", "TurnDetection"]),
    .testTarget(
      name: "InferenceTests",
      dependencies: [
        "Inference", "OperatingSystem", "Tools", "TestModels", "TestSupport", "CAllocationCounter", "CKernels",
      ],
      exclude: ["Golden"]),
    .testTarget(
      name: "ConfigurationTests", dependencies: ["Configuration", "Tools", "Actions", "Phrases"], exclude: ["Golden"]),
    .testTarget(name: "WorkerProcessTests", dependencies: ["WorkerProcess", "OperatingSystem"]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "earshot", "Actions", "Assistant", "Audio", "Configuration", "Inference", "OperatingSystem", "Speech", "Tools",
        "TestModels", "TestSupport",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Golden", "rig"]),
    // What a fuzzer calls, and the tests that replay what it has found; see docs/testing.md.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Actions", "Audio", "Configuration", "Inference", "Phrases", "Speech", "Tools", "Transcription",
        "TurnDetection", "WakeWord", "WorkerProcess",
      ],
      path: "Tests/Fuzzing/FuzzTargets"),
    .testTarget(name: "FuzzingTests", dependencies: ["FuzzTargets"], path: "Tests/Fuzzing/FuzzingTests"),
  ]
)

// Links only with libFuzzer, which brings the `main`: `make fuzz`.
if Context.environment["EARSHOT_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "earshot-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzzing/earshot-fuzz",
      swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
}

// A language model on another machine. Its HTTP client and TLS take longer to build than all the rest, and most people's
// words stay where they are said: `make install` and the tests build it, `make demo` does not.
if Context.environment["EARSHOT_REMOTE"] == "1" {
  package.dependencies += [
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
  ]
  let network: [Target.Dependency] = ["NIOCore", "NIOHTTP1", "NIOPosix"].map {
    .product(name: $0, package: "swift-nio")
  }
  package.targets += [
    .target(
      name: "RemoteInference",
      dependencies: [
        "Inference", "Tools",
        // It brings a module that is named like ours.
        .product(
          name: "AsyncHTTPClient", package: "async-http-client", moduleAliases: ["Configuration": "SwiftConfiguration"]),
      ] + network),
    .testTarget(
      name: "RemoteInferenceTests", dependencies: ["RemoteInference", "Inference", "Tools", "TestSupport"] + network),
  ]
  for target in package.targets where target.name == "earshot" {
    target.dependencies.append("RemoteInference")
    target.swiftSettings = [.define("REMOTE_MODEL")]
  }
}

for target in package.targets where [.regular, .executable, .test].contains(target.type) {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .swiftLanguageMode(.v6),
      .strictMemorySafety(),
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
      .enableExperimentalFeature("Lifetimes"),
      .treatAllWarnings(as: .error),
    ]
}
