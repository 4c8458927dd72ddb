import Glibc
import OperatingSystem
import WorkerProcess

/// The helper process: holds one model, of sherpa-onnx or of ONNX Runtime, and serves the daemon over the socket at descriptor 3.
///
/// It is not meant to be started by hand. The library may end this process at any moment, on a model that it does not
/// support for example; the daemon sees that and goes on.
@main
struct EarshotWorker {
  static func main() {
    let socket: Int32 = 3
    guard fcntl(socket, F_GETFD) >= 0 else {
      complain("earshot-worker is started by earshot and does nothing by itself.")
      exit(64)
    }
    closeInheritedDescriptors(above: socket)
    // Programs that this one starts must not keep the daemon's end from seeing this process end.
    _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
    signal(SIGPIPE, SIG_IGN)
    let channel = WorkerChannel(socket: socket)
    let inbox = WorkerInbox()
    channel.startReading(into: inbox)
    serve(channel, inbox)
  }

  /// The library's work, on the main thread, one request after the other.
  private static func serve(_ channel: WorkerChannel, _ inbox: WorkerInbox) {
    var recogniser: (any UtteranceDecoder)?
    var voice: NeuralVoice?
    var turnEnd: TurnEndModel?
    var keywords: KeywordDecoder?
    while true {
      switch inbox.next() {
      case .load(let model):
        do throws(WorkerError) {
          switch model.task {
          case .recogniser:
            recogniser = try makeDecoder(model)
            channel.send(.ready(WorkerDescription(library: libraryName, sampleRate: 16_000, speakers: 0)))
          case .voice:
            let loaded = try NeuralVoice(model)
            voice = loaded
            channel.send(
              .ready(WorkerDescription(library: libraryName, sampleRate: loaded.sampleRate, speakers: loaded.speakers)))
          case .keywords:
            keywords = try KeywordDecoder(model)
            channel.send(.ready(WorkerDescription(library: libraryName, sampleRate: 16_000, speakers: 0)))
          case .turnEnd:
            turnEnd = try TurnEndModel(model)
            channel.send(
              .ready(WorkerDescription(library: TurnEndModel.libraryName, sampleRate: 16_000, speakers: 0)))
          }
        } catch {
          channel.send(.failed(reason: error.reason))
          exit(1)
        }
      case .begin(let id):
        recogniser?.begin(id)
        keywords?.begin(id)
      case .audio(let id, let samples):
        if let text = recogniser?.accept(samples, of: id) { channel.send(.partial(id: id, text: text)) }
        for keyword in keywords?.accept(samples, of: id) ?? [] {
          channel.send(.keyword(id: id, position: keyword.position, text: keyword.text))
        }
      case .settle(let id, let serial):
        if let result = recogniser?.settle(id) {
          channel.send(.transcript(id: id, serial: serial, text: result.text, confidence: result.confidence))
        } else {
          channel.send(.problem(id: id, reason: "no such utterance is open"))
        }
      case .end(let id):
        recogniser?.end(id)
        keywords?.end(id)
      case .speak(let id, let text, let speaker, let speed):
        guard let voice else {
          channel.send(.problem(id: id, reason: "this worker holds no voice"))
          continue
        }
        let failure = voice.speak(
          text, speaker: Int(speaker), speed: speed, isCancelled: { inbox.isCancelled(id) },
          deliver: { channel.send(samples: $0, of: id) })
        inbox.forget(id)
        channel.send(failure.map { .problem(id: id, reason: $0) } ?? .done(id: id))
      case .judge(let id, let samples):
        do throws(TurnEndModel.Failure) {
          guard let turnEnd else { throw TurnEndModel.Failure(reason: "this worker holds no turn-end model") }
          channel.send(.probability(id: id, try turnEnd.probability(samples)))
        } catch {
          channel.send(.problem(id: id, reason: error.reason))
        }
      case .hello, .cancel, .ping: break
      }
    }
  }

  private static func makeDecoder(_ model: WorkerModel) throws(WorkerError) -> any UtteranceDecoder {
    guard let kind = RecogniserKind(rawValue: model.kind) else {
      throw WorkerError(
        .loadFailed, "load a model", "the kind \(model.kind) is not known to this worker",
        remedy: "Install earshot and earshot-worker of the same version.")
    }
    if kind.isStreaming { return try StreamingDecoder(model, kind) }
    return try WholeUtteranceDecoder(model, kind)
  }

  private static func closeInheritedDescriptors(above last: Int32) {
    guard case .success(let names) = namesInFolder("/proc/self/fd") else { return }
    for descriptor in names.compactMap({ Int32($0) }) where descriptor > last { close(descriptor) }
  }
}
