/// The protocol's version; both sides say theirs first, and a difference ends the connection.
public let workerProtocolVersion: UInt32 = 2

/// What the daemon tells a worker. An `id` names one utterance or stream, one spoken text or one question
/// and is chosen by the daemon.
public enum WorkerRequest: Hashable, Sendable {
  case hello(version: UInt32)
  case load(WorkerModel)
  /// A new utterance, or a new stream for a keyword spotter; the one before it, if it is still open, is dropped.
  case begin(id: UInt32)
  /// 16 kHz mono samples of that utterance, at most ``maximumSamples``.
  case audio(id: UInt32, samples: [Float])
  /// Asks for the transcript of all that was said so far. The utterance stays open and may go on.
  case settle(id: UInt32, serial: UInt32)
  /// Ends the utterance and drops what is kept of it.
  case end(id: UInt32)
  /// Text to speak by speaker number and speed (1 is the model's own).
  case speak(id: UInt32, text: String, speaker: UInt32, speed: Float)
  /// Stops that text as soon as the model gives control back.
  case cancel(id: UInt32)
  case ping(UInt32)
  /// Asks whether a turn is over whose last 16 kHz mono samples these are, at most ``maximumTurnSamples``.
  case judge(id: UInt32, samples: [Float])

  /// Samples in one message: about two seconds at 16 kHz.
  public static let maximumSamples = 32_768
  /// Samples of a turn that are judged: its last eight seconds at 16 kHz.
  public static let maximumTurnSamples = 128_000

  public var frame: WorkerFrame {
    var writer = ByteWriter()
    let type: UInt8
    switch self {
    case .hello(let version):
      type = 1
      writer.append(version)
    case .load(let model):
      type = 2
      model.encode(into: &writer)
    case .begin(let id):
      type = 3
      writer.append(id)
    case .audio(let id, let samples):
      type = 4
      writer.append(id)
      writer.append(samples.span)
    case .settle(let id, let serial):
      type = 5
      writer.append(id)
      writer.append(serial)
    case .end(let id):
      type = 6
      writer.append(id)
    case .speak(let id, let text, let speaker, let speed):
      type = 7
      writer.append(id)
      writer.append(text)
      writer.append(speaker)
      writer.append(speed)
    case .cancel(let id):
      type = 8
      writer.append(id)
    case .ping(let number):
      type = 9
      writer.append(number)
    case .judge(let id, let samples):
      type = 10
      writer.append(id)
      writer.append(samples.span)
    }
    return WorkerFrame(type: type, body: writer.bytes)
  }

  /// Throws ``WorkerError/Code/protocolViolation`` for anything that ``frame`` cannot have written.
  public init(_ frame: WorkerFrame) throws(WorkerError) {
    var reader = ByteReader(frame.body[...])
    switch frame.type {
    case 1: self = .hello(version: try reader.readUInt32())
    case 2: self = .load(try WorkerModel(from: &reader))
    case 3: self = .begin(id: try reader.readUInt32())
    case 4: self = .audio(id: try reader.readUInt32(), samples: try reader.readSamples())
    case 5: self = .settle(id: try reader.readUInt32(), serial: try reader.readUInt32())
    case 6: self = .end(id: try reader.readUInt32())
    case 7:
      self = .speak(
        id: try reader.readUInt32(), text: try reader.readText(), speaker: try reader.readUInt32(),
        speed: try reader.readFloat())
    case 8: self = .cancel(id: try reader.readUInt32())
    case 9: self = .ping(try reader.readUInt32())
    case 10:
      let (id, samples) = (try reader.readUInt32(), try reader.readSamples())
      guard samples.count <= Self.maximumTurnSamples else {
        throw .violation("a turn of \(samples.count) samples, where \(Self.maximumTurnSamples) are allowed")
      }
      self = .judge(id: id, samples: samples)
    default: throw .violation("a request of the unknown type \(frame.type)")
    }
    try reader.finish()
  }
}

/// What a worker tells the daemon.
public enum WorkerEvent: Hashable, Sendable {
  case hello(version: UInt32)
  case ready(WorkerDescription)
  /// The model cannot be loaded, in words; the worker ends after it.
  case failed(reason: String)
  case partial(id: UInt32, text: String)
  /// The answer to ``WorkerRequest/settle(id:serial:)``. `confidence` is 0...1, or negative where the model gives none.
  case transcript(id: UInt32, serial: UInt32, text: String, confidence: Float)
  /// Samples of a spoken text at the rate of ``WorkerDescription/sampleRate``.
  case audio(id: UInt32, samples: [Float])
  /// The text is spoken, or was cancelled.
  case done(id: UInt32)
  /// This request failed; the worker goes on.
  case problem(id: UInt32, reason: String)
  case pong(UInt32)
  /// The answer to ``WorkerRequest/judge(id:samples:)``: how probable it is that the turn is over, 0...1.
  case probability(id: UInt32, Float)
  /// A keyword was heard in this stream, of which the worker had taken `position` samples (not negative) by then.
  case keyword(id: UInt32, position: Int64, text: String)

  public var frame: WorkerFrame {
    var writer = ByteWriter()
    let type: UInt8
    switch self {
    case .hello(let version):
      type = 129
      writer.append(version)
    case .ready(let description):
      type = 130
      description.encode(into: &writer)
    case .failed(let reason):
      type = 131
      writer.append(reason)
    case .partial(let id, let text):
      type = 132
      writer.append(id)
      writer.append(text)
    case .transcript(let id, let serial, let text, let confidence):
      type = 133
      writer.append(id)
      writer.append(serial)
      writer.append(text)
      writer.append(confidence)
    case .audio(let id, let samples):
      type = 134
      writer.append(id)
      writer.append(samples.span)
    case .done(let id):
      type = 135
      writer.append(id)
    case .problem(let id, let reason):
      type = 136
      writer.append(id)
      writer.append(reason)
    case .pong(let number):
      type = 137
      writer.append(number)
    case .probability(let id, let value):
      type = 138
      writer.append(id)
      writer.append(value)
    case .keyword(let id, let position, let text):
      type = 139
      writer.append(id)
      writer.append(position)
      writer.append(text)
    }
    return WorkerFrame(type: type, body: writer.bytes)
  }

  /// Throws ``WorkerError/Code/protocolViolation`` for anything that ``frame`` cannot have written.
  public init(_ frame: WorkerFrame) throws(WorkerError) {
    var reader = ByteReader(frame.body[...])
    switch frame.type {
    case 129: self = .hello(version: try reader.readUInt32())
    case 130: self = .ready(try WorkerDescription(from: &reader))
    case 131: self = .failed(reason: try reader.readText())
    case 132: self = .partial(id: try reader.readUInt32(), text: try reader.readText())
    case 133:
      self = .transcript(
        id: try reader.readUInt32(), serial: try reader.readUInt32(), text: try reader.readText(),
        confidence: try reader.readFloat())
    case 134: self = .audio(id: try reader.readUInt32(), samples: try reader.readSamples())
    case 135: self = .done(id: try reader.readUInt32())
    case 136: self = .problem(id: try reader.readUInt32(), reason: try reader.readText())
    case 137: self = .pong(try reader.readUInt32())
    case 138:
      let (id, value) = (try reader.readUInt32(), try reader.readFloat())
      guard (0...1).contains(value) else { throw .violation("a probability of \(value)") }
      self = .probability(id: id, value)
    case 139:
      let (id, position, text) = (try reader.readUInt32(), try reader.readInt64(), try reader.readText())
      guard position >= 0 else { throw .violation("a keyword at the position \(position)") }
      self = .keyword(id: id, position: position, text: text)
    default: throw .violation("an event of the unknown type \(frame.type)")
    }
    try reader.finish()
  }
}

/// What a worker says of the model it has loaded.
public struct WorkerDescription: Hashable, Sendable {
  /// The library and its version.
  public var library: String
  /// Rate of the voice's samples in Hz; 16,000 for a model that hears.
  public var sampleRate: Int
  /// Speakers of a voice, at least 1; 0 for any other model.
  public var speakers: Int

  public init(library: String, sampleRate: Int, speakers: Int) {
    self.library = library
    self.sampleRate = sampleRate
    self.speakers = speakers
  }

  func encode(into writer: inout ByteWriter) {
    writer.append(library)
    writer.append(UInt32(sampleRate))
    writer.append(UInt32(speakers))
  }

  init(from reader: inout ByteReader) throws(WorkerError) {
    library = try reader.readText()
    sampleRate = Int(try reader.readUInt32())
    speakers = Int(try reader.readUInt32())
    guard (1_000...768_000).contains(sampleRate) else { throw .violation("a sample rate of \(sampleRate) Hz") }
    guard speakers <= 1_000_000 else { throw .violation("\(speakers) speakers") }
  }
}
