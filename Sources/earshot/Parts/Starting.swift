import Audio
import SoundCards

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
  init(_ error: SoundCardError) {
    self.init(status: error.code == .notPermitted ? .notPermitted : .unavailable, description: error.description)
  }
}
