import Audio
import SoundCards
import Speech
import Transcription
import TurnDetection
import WorkerProcess

/// Runs `open`, which opens the file `path`, and turns what goes wrong into the exit code that scripts know.
func opening<Result>(_ path: String, _ open: () throws -> Result) throws -> Result {
  do {
    return try open()
  } catch let error as AudioFileError {
    throw CommandFailure(status: error.isMissing ? .noInput : .badData, description: error.description)
  } catch let error as SoundCardError {
    throw CommandFailure(error)
  }
}

/// Starts a sink; a device or file that cannot be opened ends the command.
func starting(_ sink: any AudioSink) throws {
  try opening(sink.name) { try sink.start() }
}

extension AudioFileError {
  /// Whether there is no such file, or none that may be read, rather than a bad one.
  var isMissing: Bool { errno != 0 }
}

extension CommandFailure {
  /// What kept an ear or a voice from being made, with the exit code that scripts know.
  init(making error: any Error) {
    let status: ExitStatus =
      switch error {
      case let failure as CommandFailure: failure.status
      case let error as TurnDetectionError: error.exitStatus
      case let error as TranscriptionError: error.exitStatus
      case let error as WorkerError: error.exitStatus
      case let error as SpeechError: error.exitStatus
      default: .unavailable
      }
    self.init(status: status, description: "\(error)")
  }

  init(_ error: SoundCardError) {
    self.init(status: error.code == .notPermitted ? .notPermitted : .unavailable, description: error.description)
  }
}

extension TurnDetectionError {
  fileprivate var exitStatus: ExitStatus {
    switch code {
    case .system: .noInput
    case .corrupt, .wrongModel: .badData
    case .invalidConfiguration: .badConfiguration
    }
  }
}

extension TranscriptionError {
  fileprivate var exitStatus: ExitStatus {
    switch code {
    case .fileUnreadable: .noInput
    case .fileInvalid: .badData
    case .phrasesInvalid, .unpronounceable: .badConfiguration
    case .cacheUnwritable, .engineFailed: .unavailable
    }
  }
}

extension WorkerError {
  fileprivate var exitStatus: ExitStatus {
    switch code {
    case .modelFolder: errno == nil ? .badData : .noInput
    case .loadFailed: .badData
    default: .unavailable
    }
  }
}

extension SpeechError {
  fileprivate var exitStatus: ExitStatus {
    switch code {
    case .voiceUnknown, .settingInvalid: .badConfiguration
    default: .unavailable
    }
  }
}
