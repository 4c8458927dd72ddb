import Inference
import TestModels
import Tools

extension TalkingModel {
  static func load(
    from folder: String, context: Int = 1024, snapshots: String? = nil, guessesAhead: Bool = true,
    report: @escaping @Sendable (InferenceError) -> Void = { _ in }
  ) async throws -> LocalLanguageModel {
    let options = LocalModelOptions(
      transformer: TransformerOptions(context: context, threads: 2), snapshotFolder: snapshots,
      guessesAhead: guessesAhead)
    return try await LocalLanguageModel.load(try write(into: folder), options: options, report: report)
  }
}

/// What came of one generation.
struct Answer: Equatable {
  var text = ""
  var begun: [String] = []
  var calls: [ToolCall] = []
  var usage: GenerationUsage?
  var reason: FinishReason?

  init(_ events: AsyncThrowingStream<GenerationEvent, any Error>) async throws {
    for try await event in events {
      switch event {
      case .begun: break
      case .text(let piece): text += piece
      case .toolCallBegun(let name): begun.append(name)
      case .toolCall(let call): calls.append(call)
      case .usage(let taken): usage = taken
      case .finished(let finished): reason = finished
      }
    }
  }
}
