/// The structures of the GPIO uAPI v2 as the kernel lays them out, in the machine's byte order. All fields are fixed
/// in width and place on every architecture; the C target asserts the numbers below against <linux/gpio.h>.
///
/// ```
/// gpiochip_info          68  name[32] | label[32] @32 | lines u32 @64
/// gpio_v2_line_info     256  name[32] | consumer[32] @32 | offset u32 @64 | num_attrs u32 @68 | flags u64 @72 | attrs
/// gpio_v2_line_request  592  offsets u32[64] | consumer[32] @256 | config @288 | num_lines u32 @560
///                            | event_buffer_size u32 @564 | fd s32 @588
///   config              272    flags u64 | num_attrs u32 @8 | attrs[10] @32, each 24:
///   attr                 24      id u32 | padding | flags, values or debounce_us @8 | mask u64 @16
/// gpio_v2_line_values    16  bits u64 | mask u64 @8
/// gpio_v2_line_event     48  timestamp_ns u64 | id u32 @8 | offset u32 @12 | seqno u32 @16 | line_seqno u32 @20
/// ```
package enum GPIOWire {
  package static let chipInfoBytes = 68
  package static let lineInfoBytes = 256
  package static let lineRequestBytes = 592
  package static let lineValuesBytes = 16
  package static let lineEventBytes = 48
  /// GPIO_MAX_NAME_SIZE, the terminating NUL included.
  static let nameBytes = 32

  /// `enum gpio_v2_line_flag`.
  package struct LineFlags: OptionSet, Hashable, Sendable {
    package var rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static let used = LineFlags(rawValue: 1 << 0)
    package static let activeLow = LineFlags(rawValue: 1 << 1)
    package static let input = LineFlags(rawValue: 1 << 2)
    package static let output = LineFlags(rawValue: 1 << 3)
    package static let edgeRising = LineFlags(rawValue: 1 << 4)
    package static let edgeFalling = LineFlags(rawValue: 1 << 5)
    package static let openDrain = LineFlags(rawValue: 1 << 6)
    package static let openSource = LineFlags(rawValue: 1 << 7)
    package static let biasPullUp = LineFlags(rawValue: 1 << 8)
    package static let biasPullDown = LineFlags(rawValue: 1 << 9)
    package static let biasDisabled = LineFlags(rawValue: 1 << 10)
  }

  /// `enum gpio_v2_line_attr_id`.
  enum Attribute {
    static let outputValues: UInt32 = 2
    static let debounce: UInt32 = 3
  }

  package struct ChipInfo: Hashable, Sendable {
    package var name: String
    package var label: String
    package var lineCount: UInt32

    /// - Parameter bytes: 68 bytes that the kernel filled.
    package init(_ bytes: [UInt8]) {
      name = GPIOWire.text(in: bytes, at: 0)
      label = GPIOWire.text(in: bytes, at: 32)
      lineCount = GPIOWire.load(UInt32.self, from: bytes, at: 64)
    }
  }

  package struct LineInfo: Hashable, Sendable {
    package var name: String
    package var consumer: String
    package var offset: UInt32
    package var flags: LineFlags

    /// - Parameter bytes: 256 bytes that the kernel filled.
    package init(_ bytes: [UInt8]) {
      name = GPIOWire.text(in: bytes, at: 0)
      consumer = GPIOWire.text(in: bytes, at: 32)
      offset = GPIOWire.load(UInt32.self, from: bytes, at: 64)
      flags = LineFlags(rawValue: GPIOWire.load(UInt64.self, from: bytes, at: 72))
    }

    /// What to hand the kernel to ask about the line `offset`.
    static func question(offset: UInt32) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: GPIOWire.lineInfoBytes)
      GPIOWire.store(offset, into: &bytes, at: 64)
      return bytes
    }
  }

  /// A request for one line.
  struct LineRequest: Hashable, Sendable {
    var offset: UInt32
    var consumer: String
    var flags: LineFlags
    /// The logical value an output starts with; nil for inputs.
    var outputValue: Bool?
    /// 0 is none.
    var debounceMicroseconds: UInt32 = 0

    var bytes: [UInt8] {
      var bytes = [UInt8](repeating: 0, count: GPIOWire.lineRequestBytes)
      GPIOWire.store(offset, into: &bytes, at: 0)
      // Cut at 31 bytes, so that the terminating NUL stays.
      for (index, byte) in consumer.utf8.prefix(GPIOWire.nameBytes - 1).enumerated() { bytes[256 + index] = byte }
      GPIOWire.store(flags.rawValue, into: &bytes, at: 288)
      var attributes: UInt32 = 0
      func append(_ id: UInt32, _ body: (inout [UInt8], Int) -> Void) {
        let start = 288 + 32 + 24 * Int(attributes)
        GPIOWire.store(id, into: &bytes, at: start)
        body(&bytes, start + 8)
        GPIOWire.store(UInt64(1), into: &bytes, at: start + 16)
        attributes += 1
      }
      if let outputValue {
        append(Attribute.outputValues) { GPIOWire.store(UInt64(outputValue ? 1 : 0), into: &$0, at: $1) }
      }
      if debounceMicroseconds > 0 {
        append(Attribute.debounce) { GPIOWire.store(debounceMicroseconds, into: &$0, at: $1) }
      }
      GPIOWire.store(attributes, into: &bytes, at: 288 + 8)
      GPIOWire.store(UInt32(1), into: &bytes, at: 560)
      return bytes
    }

    /// The descriptor that the kernel wrote into an answered request.
    static func descriptor(in bytes: [UInt8]) -> Int32 { GPIOWire.load(Int32.self, from: bytes, at: 588) }
  }

  /// The value of a request's only line.
  static func values(_ isOn: Bool) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: lineValuesBytes)
    store(UInt64(isOn ? 1 : 0), into: &bytes, at: 0)
    store(UInt64(1), into: &bytes, at: 8)
    return bytes
  }

  static func isOn(_ bytes: [UInt8]) -> Bool { load(UInt64.self, from: bytes, at: 0) & 1 == 1 }

  struct LineEvent: Hashable, Sendable {
    var timestampNanoseconds: UInt64
    /// 1 rising, 2 falling (`enum gpio_v2_line_event_id`); logical, as active-low lines turn them round.
    var id: UInt32
    var sequence: UInt32

    /// The events in what one read gave; a torn end is not there, the kernel writes whole events.
    static func events(in bytes: [UInt8]) -> [LineEvent] {
      stride(from: 0, through: bytes.count - GPIOWire.lineEventBytes, by: GPIOWire.lineEventBytes).map { start in
        LineEvent(
          timestampNanoseconds: GPIOWire.load(UInt64.self, from: bytes, at: start),
          id: GPIOWire.load(UInt32.self, from: bytes, at: start + 8),
          sequence: GPIOWire.load(UInt32.self, from: bytes, at: start + 20))
      }
    }
  }

  // MARK: Fields

  package static func load<Field: FixedWidthInteger>(_: Field.Type, from bytes: [UInt8], at offset: Int) -> Field {
    var field: Field = 0
    for index in (0..<MemoryLayout<Field>.size).reversed() {
      field = field << 8 | Field(truncatingIfNeeded: bytes[offset + index])
    }
    // Put together as little-endian; on a big-endian machine the kernel wrote the bytes the other way round.
    return Field(littleEndian: field)
  }

  package static func store<Field: FixedWidthInteger>(_ field: Field, into bytes: inout [UInt8], at offset: Int) {
    var rest = field.littleEndian
    for index in 0..<MemoryLayout<Field>.size {
      bytes[offset + index] = UInt8(truncatingIfNeeded: rest)
      rest >>= 8
    }
  }

  /// A NUL-terminated name in a field of 32 bytes; what is not UTF-8 is repaired.
  package static func text(in bytes: [UInt8], at offset: Int) -> String {
    String(decoding: bytes[offset..<offset + nameBytes].prefix { $0 != 0 }, as: UTF8.self)
  }
}
