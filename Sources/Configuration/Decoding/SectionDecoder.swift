/// Turns the checked sections into typed values and reports what only shows between several keys.
struct SectionDecoder {
  let root: YAMLNode
  var problems: ProblemList

  func reader(_ section: String, _ shape: ObjectShape) -> SectionReader { SectionReader(root[section], shape) }

  func audio() -> Configuration.Audio {
    let section = reader("audio", SectionShapes.audio)
    let duck = SectionReader(section["duck"], SectionShapes.duck)
    return Configuration.Audio(
      capture: section.text("capture"), playback: section.text("playback"), channel: Int(section.integer("channel")),
      period: section.milliseconds("period_ms"), echo: section.choice("echo", or: .software),
      echoTail: section.milliseconds("echo_tail_ms"), noiseSuppression: Int(section.integer("noise_suppression_db")),
      hasGainControl: section.boolean("gain_control"),
      duck: duck.optionalText("control").map {
        Configuration.Audio.Duck(control: $0, device: duck.text("device"), decibels: Int(duck.integer("by_db")))
      },
      earcons: Set(section.texts("earcons").compactMap(Configuration.Audio.Earcon.init(rawValue:))))
  }

  mutating func wake(_ lines: LineTable) -> Configuration.Wake {
    let section = reader("wake", SectionShapes.wake)
    let words = (section["words"]?.list ?? []).compactMap { node -> Configuration.Wake.Word? in
      let reader = SectionReader(node, SectionShapes.wakeWord)
      guard let word = node.text ?? reader.optionalText("word") else { return nil }
      return Configuration.Wake.Word(word: word, sensitivity: reader.number("sensitivity"))
    }
    let button = section["button"].flatMap { node in
      lines.line(node, path: "wake.button", &problems).map {
        Configuration.Line(name: node.text ?? "", address: $0.address, settings: $0.settings)
      }
    }
    return Configuration.Wake(
      words: words, spotterFolder: section.optionalText("spotter"), button: button,
      refractory: section.milliseconds("refractory_ms"),
      wait: .seconds(section.integer("wait_s")),
      followUp: .seconds(section.integer("follow_up_s")))
  }

  func turns() -> Configuration.Turns {
    let section = reader("turns", SectionShapes.turns)
    let silence = section.milliseconds("silence_ms")
    // Nothing ends after the silence that ends the turn; so a short silence_ms needs no other key changed.
    return Configuration.Turns(
      isSemantic: section.text("detector") == "semantic", eagerness: section.choice("eagerness", or: .auto),
      soundModel: section.optionalText("sound_model"),
      silence: silence, pause: min(section.milliseconds("pause_ms"), silence),
      completeSilence: min(section.milliseconds("complete_silence_ms"), silence),
      unfinishedSilence: max(section.milliseconds("unfinished_silence_ms"), silence),
      minimumSpeech: section.milliseconds("min_speech_ms"), minimumTurn: section.milliseconds("min_turn_ms"),
      maximumTurn: .seconds(section.integer("max_turn_s")), preRoll: section.milliseconds("pre_roll_ms"),
      onsetProbability: section.number("onset_probability"), offsetProbability: section.number("offset_probability"),
      confirmation: .seconds(section.integer("confirm_s")), canBeInterrupted: section.boolean("barge_in"))
  }

  mutating func checkTurns(_ turns: Configuration.Turns) {
    let section = reader("turns", SectionShapes.turns)
    if turns.offsetProbability > turns.onsetProbability {
      let key = section["offset_probability"] == nil ? "onset_probability" : "offset_probability"
      problems.report(
        section.origin(of: key),
        "turns.offset_probability (\(Quoting.number(turns.offsetProbability))) is above onset_probability "
          + "(\(Quoting.number(turns.onsetProbability))); speech would end before it began")
    }
    // The rule of TurnDetection, and room for the silence that ends a turn.
    if turns.preRoll + turns.minimumSpeech + turns.silence >= turns.maximumTurn {
      let key = section["max_turn_s"] == nil ? "silence_ms" : "max_turn_s"
      problems.report(
        section.origin(of: key),
        "turns.max_turn_s is not longer than pre_roll_ms, min_speech_ms and silence_ms together")
    }
  }

  mutating func transcription() -> Configuration.Transcription {
    let section = reader("transcription", SectionShapes.transcription)
    let engine: Configuration.Transcription.Engine = section.choice("engine", or: .pocketSphinx)
    let type = section.text("type")
    requireModel("transcription", section, isNeeded: engine == .sherpaOnnx)
    return Configuration.Transcription(
      engine: engine, modelFolder: section.optionalText("model"), modelType: type == "auto" ? nil : type,
      threads: Int(section.integer("threads")), language: section.optionalText("language"),
      keptTurnsFolder: section.optionalText("keep_turns"))
  }

  func model() -> Configuration.Model {
    let section = reader("model", ModelShapes.model)
    let server = SectionReader(section["server"], ModelShapes.server)
    let format = section.text("format")
    return Configuration.Model(
      file: section.optionalText("file"), fallsBack: section.text("fallback") == Configuration.Model.inTheBox,
      context: Int(section.integer("context")),
      cache: section.choice("kv_cache", or: .f16), threads: Int(section.integer("threads")),
      format: format == "auto" ? nil : format, maximumTokens: Int(section.integer("max_tokens")),
      temperature: section.number("temperature"),
      server: server.optionalText("url").map {
        Configuration.Model.Server(
          url: $0, model: server.text("model"), keyFile: server.optionalText("key_file"),
          timeout: .seconds(server.integer("timeout_s")))
      })
  }

  mutating func speech() -> Configuration.Speech {
    let section = reader("speech", SectionShapes.speech)
    let engine: Configuration.Speech.Engine = section.choice("engine", or: .flite)
    requireModel("speech", section, isNeeded: engine == .sherpaOnnx)
    let type = section.text("type")
    return Configuration.Speech(
      engine: engine, voice: section.optionalText("voice"), modelFolder: section.optionalText("model"),
      modelType: type == "auto" ? nil : type, speaker: Int(section.integer("speaker")),
      threads: Int(section.integer("threads")),
      speed: section.number("speed"))
  }

  private mutating func requireModel(_ name: String, _ section: SectionReader, isNeeded: Bool) {
    guard isNeeded, section["model"] == nil else { return }
    problems.report(
      section.origin(of: "engine"),
      "\(name).engine sherpa-onnx needs a model; set \(name).model to the folder of one")
  }

  func journal() -> Configuration.Journal {
    let section = reader("journal", SectionShapes.journal)
    return Configuration.Journal(
      file: section.text("file"), keepDays: Int(section.integer("keep_days")),
      keepsTranscripts: section.boolean("keep_transcripts"))
  }

  func replies() -> Configuration.Replies {
    let section = reader("replies", SectionShapes.replies)
    return Configuration.Replies(
      notUnderstood: section.text("not_understood"), refused: section.text("refused"),
      cancelled: section.text("cancelled"), failed: section.text("failed"), done: section.text("done"))
  }
}
