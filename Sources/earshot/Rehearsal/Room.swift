import Audio
import AudioCapture
import AudioPlayback
import SoundCards

/// Where voices speak and a microphone listens: the virtual sound card, or PCMs of a real sound server or card.
struct Room: Sendable {
  let source: MicrophoneSource
  /// The assistant's loudspeaker.
  let sink: LoudspeakerSink
  /// What the people in the room speak through.
  let mouth: LoudspeakerSink
  let description: String
  /// Hears what the assistant's loudspeaker plays; nil: what the assistant says of it counts.
  let monitor: LoudspeakerMonitor?
  // Both must outlive the streams.
  private let card: VirtualSoundCard?
  private let folder: TemporaryFolder?

  /// Makes the microphone hear the loudspeaker so; does nothing to a real room.
  func setEcho(_ echoes: [Scene.RoomEcho], noise: Float?) {
    card?.setRoom(echoes.map { VirtualSoundCard.EchoPath(delay: $0.delay, gain: $0.gain) }, noise: noise)
  }

  /// A room of its own, with nothing but this process in it.
  static func virtual() throws -> Room {
    let folder = try TemporaryFolder()
    let card = try VirtualSoundCard(folder: folder.path)
    let configuration = try card.configuration()
    return Room(
      source: MicrophoneSource(device: "mic", configuration: configuration),
      sink: LoudspeakerSink(device: "speaker", configuration: configuration),
      mouth: LoudspeakerSink(device: "user", configuration: configuration), description: VirtualSoundCard.description,
      card: card, folder: folder)
  }

  /// PCMs that are joined outside of this process, as with a loopback card or a sound server.
  static func real(capture: String, playback: String, mouth: String, monitor: String? = nil) throws -> Room {
    Room(
      source: MicrophoneSource(device: capture), sink: LoudspeakerSink(device: playback),
      mouth: LoudspeakerSink(device: mouth), description: "\(mouth) → \(capture), \(playback)",
      monitor: try monitor.map { try LoudspeakerMonitor(device: $0) })
  }

  private init(
    source: MicrophoneSource, sink: LoudspeakerSink, mouth: LoudspeakerSink, description: String,
    monitor: LoudspeakerMonitor? = nil, card: VirtualSoundCard? = nil, folder: TemporaryFolder? = nil
  ) {
    self.source = source
    self.sink = sink
    self.mouth = mouth
    self.description = description
    self.monitor = monitor
    self.card = card
    self.folder = folder
  }
}
