import Glibc

extension WorkerModel {
  /// Bytes of a turn-end model's file: the largest that is published has 33 MB.
  public static let maximumTurnEndBytes = 64 << 20

  /// The turn-end model in the file at `path`. `options`: `threads` (1...64). What is in the file is checked by the worker.
  /// Throws ``WorkerError/Code/modelFolder`` where it cannot be read, is empty or too large.
  public static func turnEnd(
    file path: String, kind: TurnEndKind = .smartTurn, options: [String: String] = [:]
  ) throws(WorkerError) -> WorkerModel {
    func failure(_ reason: String, _ number: Int32? = nil) -> WorkerError {
      WorkerError(.modelFolder, "read \(path)", reason, errno: number, remedy: Task.turnEnd.loadRemedy)
    }
    let absolute = unsafe realpath(path, nil)
    guard let absolute = unsafe absolute else { throw failure("the turn-end model is not there", errno) }
    defer { unsafe free(absolute) }
    var status = stat()
    guard unsafe stat(absolute, &status) == 0, unsafe access(absolute, R_OK) == 0 else {
      throw failure("the turn-end model cannot be opened", errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      throw failure("the turn-end model is empty or not a file")
    }
    guard status.st_size <= maximumTurnEndBytes else {
      throw failure("it has \(status.st_size) bytes, and a turn-end model has at most \(maximumTurnEndBytes)")
    }
    return WorkerModel(
      task: .turnEnd, kind: kind.rawValue, files: ["model": unsafe String(cString: absolute)], options: options)
  }
}

extension WorkerModel.Task {
  /// What to do where a model of this task cannot be loaded.
  var loadRemedy: String {
    switch self {
    case .recogniser, .voice, .keywords:
      "Check that the model's files are complete and of a kind that sherpa-onnx 2.0 supports."
    case .turnEnd: "Name the file smart-turn-v3.2-cpu.onnx, which make setup fetches."
    }
  }
}
