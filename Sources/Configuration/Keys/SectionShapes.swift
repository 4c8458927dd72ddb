import Tools

/// The sections that say how Earshot hears, understands, speaks and remembers.
enum SectionShapes {
  static let log = ObjectShape(keys: [
    KeyShape(
      "level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), default: "info",
      "The least important messages that are still written.")
  ])

  static let duck = ObjectShape(keys: [
    KeyShape(
      "control", .text(.line), required: true,
      "The mixer control of what plays, as amixer lists them: a player's softvol, or the card's own for a line input."),
    KeyShape("device", .text(.line), default: "default", "The card's control device, an ALSA name."),
    KeyShape("by_db", .integer(1...60), default: 15, unit: "dB", "By how much it is turned down."),
  ])

  static let audio = ObjectShape(keys: [
    KeyShape(
      "capture", .text(.line), default: "default",
      "The microphone: an ALSA name as \"earshot devices\" lists them. Names that say CARD= stay when cards move."),
    KeyShape("playback", .text(.line), default: "default", "The speaker: an ALSA name."),
    KeyShape(
      "channel", .integer(0...31), default: 0, unit: "index",
      "The microphone's channel that is listened to, counted from 0."),
    KeyShape(
      "period_ms", .integer(5...100), default: 32,
      "How much sound the sound card hands over at a time. 32 is what voice activity looks at; less wakes the processor "
        + "more often and hears hardly sooner."),
    KeyShape(
      "echo", .choice(["software", "hardware", "none"]), default: "software",
      "Who takes the assistant's own voice out of what the microphone hears: software is Earshot; hardware is a microphone "
        + "that does it itself, or headphones; none: while the assistant speaks, nobody is heard."),
    KeyShape(
      "echo_tail_ms", .integer(64...500), default: 200,
      "How long the room sounds on after the loudspeaker; a car less, a hall more. For echo: software."),
    KeyShape(
      "noise_suppression_db", .integer(0...40), default: 0, unit: "dB",
      "By how much steady noise, as of a fan, is made quieter. It helps in noise and takes a little from clear speech."),
    KeyShape(
      "gain_control", .boolean, default: false,
      "Whether quiet speech is made louder, for a microphone without a setting for it."),
    KeyShape(
      "duck", .object(duck),
      "A volume that is turned down while the assistant listens and speaks: the radio beside it."),
    KeyShape(
      "earcons", .list(of: .choice(["wake", "done", "error", "thinking"]), count: 0...4),
      default: ["wake", "done", "error", "thinking"],
      "The short sounds that are played. wake: the name alone was heard, go on; thinking: an answer takes longer than "
        + "0.7 s; done and error stand for replies that are empty. [] is silent."),
  ])

  static let wakeWord = ObjectShape(keys: [
    KeyShape(
      "word", .text(.line), required: true,
      "One of those in the box (okay nabu, hey jarvis, alexa, hey mycroft), or the path of a microWakeWord model's .json file."
    ),
    KeyShape(
      "sensitivity", .number(0...1), default: 0.5, unit: "share",
      "0.5 is what the word's makers recommend; more wakes more easily, and more often by mistake."),
  ])

  static let wake = ObjectShape(keys: [
    KeyShape(
      "words", .list(of: .either(.text(.line), wakeWord), count: 0...8), default: [],
      "The words that wake the assistant. Without any, and without a button, all speech is taken as meant for it."),
    KeyShape(
      "spotter", .text(.path),
      "The folder of a keyword spotter's model for sherpa-onnx, whose keywords.txt has the names: for names that no wake word "
        + "was trained for."),
    KeyShape(
      "button", .text(.line),
      "A line of gpio.lines with a button for talking: hold it while you speak, or press it and speak."),
    KeyShape(
      "refractory_ms", .integer(100...60_000), default: 1000, "For so long after a wake nothing wakes again."),
    KeyShape(
      "wait_s", .integer(2...60), default: 8, "So long somebody who has called may take to begin to speak."),
    KeyShape(
      "follow_up_s", .integer(0...120), default: 6,
      "For so long after a reply nobody needs to call again; 0 needs it every time."),
  ])

  static let turns = ObjectShape(keys: [
    KeyShape(
      "detector", .choice(["semantic", "silence"]), default: "semantic",
      "What ends a turn: semantic waits for a finished sentence only as long as it must and longer for an unfinished one; silence waits silence_ms after every one."
    ),
    KeyShape(
      "eagerness", .choice(["low", "medium", "high", "auto"]), default: "auto",
      "How soon a silence is taken for the end: low waits twice as long, high two thirds; auto is medium."),
    KeyShape(
      "sound_model", .text(.line),
      "A model that hears from the voice whether a sentence is over, where its words do not tell: smart-turn is in the box, or "
        + "the path of a Smart Turn v3 .onnx file. It takes 80 MB and a tenth of a second of a core for each pause."),
    KeyShape(
      "silence_ms", .integer(100...5000), default: 500, "This much silence ends a turn whose words tell nothing."),
    KeyShape(
      "pause_ms", .integer(32...5000), default: 96,
      "After this much silence recognition begins to finish, in case the turn is over; above silence_ms it counts as that."
    ),
    KeyShape(
      "complete_silence_ms", .integer(0...5000), default: 160,
      "This much silence ends a turn whose words are a whole phrase already; above silence_ms it counts as that."),
    KeyShape(
      "unfinished_silence_ms", .integer(100...10_000), default: 1400,
      "This much silence ends a turn whose words go on for sure, as in \"turn on the\"; below silence_ms it counts as that."
    ),
    KeyShape(
      "min_speech_ms", .integer(0...1000), default: 96,
      "So long must speech last before it counts as begun; clicks and coughs are shorter."),
    KeyShape(
      "min_turn_ms", .integer(0...2000), default: 160,
      "A turn with less time from its first to its last speech is dropped."),
    KeyShape("max_turn_s", .integer(1...120), default: 15, "A turn that is longer is ended and answered as it is."),
    KeyShape(
      "pre_roll_ms", .integer(0...2000), default: 320,
      "How much of the sound before the first detected speech belongs to the turn."),
    KeyShape(
      "onset_probability", .number(0.05...0.95), default: 0.5, unit: "probability",
      "Speech begins where the voice activity detector is this sure of it."),
    KeyShape(
      "offset_probability", .number(0.01...0.95), default: 0.35, unit: "probability",
      "Speech goes on while it is at least this sure; not above onset_probability."),
    KeyShape(
      "confirm_s", .integer(2...60), default: 8,
      "How long a question (\"Shall I open the garage?\") waits for a yes; silence is a no."),
    KeyShape(
      "barge_in", .boolean, default: true,
      "Whether whoever speaks while the assistant does makes it stop and listen. Not with audio.echo: none."),
  ])

  /// The kinds of models that sherpa-onnx loads, as WorkerProcess names them.
  static let transcriptionTypes = [
    "auto", "streaming-transducer", "streaming-paraformer", "streaming-zipformer2-ctc", "streaming-nemo-ctc",
    "streaming-t-one-ctc", "transducer", "nemo-transducer", "paraformer", "nemo-ctc", "zipformer-ctc", "wenet-ctc",
    "telespeech-ctc", "dolphin", "omnilingual", "tdnn", "sense-voice", "moonshine", "moonshine-merged", "whisper",
    "canary", "fire-red",
  ]
  static let speechTypes = ["auto", "vits", "matcha", "kokoro", "kitten"]

  static let transcription = ObjectShape(keys: [
    KeyShape(
      "engine", .choice(["pocketsphinx", "sherpa-onnx"]), default: "pocketsphinx",
      "The recogniser. pocketsphinx is in the box and learns the phrases below; sherpa-onnx needs a model."),
    KeyShape(
      "model", .text(.path), "The folder of the recogniser's model. sherpa-onnx needs it; pocketsphinx has its own."),
    KeyShape(
      "type", .choice(transcriptionTypes), default: "auto",
      "What kind of model is in the folder; auto tells by its files. sherpa-onnx only."),
    KeyShape(
      "threads", .integer(1...32), default: 2, unit: "threads", "How many threads it computes with. sherpa-onnx only."),
    KeyShape(
      "language", .text(.name),
      "The language that is spoken, as en or de, for models that want to be told. sherpa-onnx only."),
    KeyShape(
      "keep_turns", .text(.path),
      "A folder that keeps every turn as a sound file beside its words, to replay a mishearing. Off unless it is set."),
  ])

  static let speech = ObjectShape(keys: [
    KeyShape(
      "engine", .choice(["flite", "espeak-ng", "sherpa-onnx"]), default: "flite",
      "The voice's synthesiser. flite is in the box; espeak-ng knows a hundred languages; sherpa-onnx needs a model."),
    KeyShape(
      "voice", .text(.line),
      "The voice's name: slt (the default), rms, awb or kal16 for flite; a language as en or de for espeak-ng."),
    KeyShape("model", .text(.path), "The folder of the voice's model. sherpa-onnx only."),
    KeyShape(
      "type", .choice(speechTypes), default: "auto",
      "What kind of model is in the folder; auto tells by its files, vits is Piper's. sherpa-onnx only."),
    KeyShape(
      "speaker", .integer(0...9999), default: 0, unit: "index", "Which of a model's voices speaks. sherpa-onnx only."),
    KeyShape(
      "threads", .integer(1...32), default: 2, unit: "threads", "How many threads it computes with. sherpa-onnx only."),
    KeyShape("speed", .number(0.5...2), default: 1, unit: "times", "How fast it speaks; 1 is the voice's own speed."),
  ])

  static let journal = ObjectShape(keys: [
    KeyShape(
      "file", .text(.path), default: "/var/lib/earshot/journal.sqlite",
      "The database of turns and actions. It is made where it is missing."),
    KeyShape("keep_days", .integer(1...3650), default: 30, unit: "days", "How long turns and actions are kept."),
    KeyShape(
      "keep_transcripts", .boolean, default: false, "Whether what was said and answered is kept, or only what was done."
    ),
  ])

  static let line = ObjectShape(keys: [
    KeyShape(
      "line", .text(.line), required: true,
      "The address: the chip's label and the line's number or name, as in pinctrl-bcm2711/17."),
    KeyShape("active_low", .boolean, default: false, "True where the line is on at 0 volts, as on most relay boards."),
    KeyShape(
      "bias", .choice(["as-is", "disabled", "pull-up", "pull-down"]), default: "as-is", "The pull resistor in the chip."
    ),
    KeyShape(
      "drive", .choice(["push-pull", "open-drain", "open-source"]), default: "push-pull",
      "How an output drives its wire."),
    KeyShape(
      "debounce_ms", .integer(0...60000), default: 0, "Edges of an input that are closer together are taken for one."),
    KeyShape(
      "safe", .onOff, default: "off",
      "What an output is set to at the start and when Earshot ends. After a crash the kernel frees the line and the "
        + "board decides; systemd then starts Earshot again, which sets it."),
  ])

  static let gpio = ObjectShape(keys: [
    KeyShape(
      "lines", .named(key: "line name", of: .object(line), maximumCount: 512),
      "The names of the lines, for tools to use.")
  ])

  static let replies = ObjectShape(keys: [
    KeyShape(
      "not_understood", .text(.anyLine), default: "Sorry, I did not understand that.",
      "When no phrase fits what was heard. Empty: nothing is said."),
    KeyShape(
      "refused", .text(.anyLine), default: "I may not do that.", "When the policy does not allow what was asked."),
    KeyShape(
      "cancelled", .text(.anyLine), default: "All right, I leave it.", "After a no, or no answer, to a question."),
    KeyShape(
      "failed", .text(.anyLine), default: "Sorry, that did not work.", "When an action failed or took too long."),
    KeyShape("done", .text(.anyLine), default: "Done.", "After an action of a tool that has no reply of its own."),
  ])
}
