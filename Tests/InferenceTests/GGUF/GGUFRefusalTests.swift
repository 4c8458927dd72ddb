import Glibc
import Inference
import TestModels
import TestSupport
import Testing

/// What is wrong with a file is said with the key or tensor, the value and what is allowed.
@Suite struct GGUFRefusalTests {
  /// A sound small file, changed.
  private func refusal(_ change: (inout GGUFWriter) -> Void) -> InferenceError? {
    var writer = GGUFWriter()
    writer.add("general.architecture", .string("llama"))
    writer.add("w", [4, 2], [1, 2, 3, 4, 5, 6, 7, 8])
    change(&writer)
    return refusal(writer.encoded())
  }

  private func refusal(_ bytes: [UInt8]) -> InferenceError? {
    do throws(InferenceError) {
      _ = try GGUFFile(bytes: bytes.span, name: "m.gguf")
      return nil
    } catch {
      return error
    }
  }

  private func expect(
    _ error: InferenceError?, _ code: InferenceError.Code, _ reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(error?.code == code, sourceLocation: sourceLocation)
    #expect(error?.message == "could not read the model m.gguf: " + reason, sourceLocation: sourceLocation)
    #expect(error?.remedy.hasSuffix(".") == true, sourceLocation: sourceLocation)
  }

  private func tensor(_ name: String, _ dimensions: [UInt64], type: UInt32 = 0, offset: UInt64? = nil)
    -> GGUFWriter.Tensor
  {
    GGUFWriter.Tensor(
      name: name, dimensions: dimensions, type: type, bytes: [UInt8](repeating: 0, count: 64), offset: offset)
  }

  @Test func aSoundFileIsNotRefused() { #expect(refusal { _ in } == nil) }

  @Test func headers() {
    expect(refusal([]), .fileInvalid, "it is 0 bytes long; the header alone takes 24")
    expect(refusal { $0.magic = Array("GGML".utf8) }, .fileInvalid, "it begins with \"GGML\" instead of \"GGUF\"")
    expect(refusal { $0.version = 1 }, .unsupported, "it has version 1 of the format; 2 and 3 are allowed")
    expect(refusal { $0.version = 4 }, .unsupported, "it has version 4 of the format; 2 and 3 are allowed")
    expect(
      refusal { $0.version = UInt32(3).byteSwapped }, .unsupported, "it is written for big-endian processors")
    expect(
      refusal { $0.statedTensors = 1 << 63 }, .fileInvalid,
      "it says that it has 9223372036854775808 tensors; at most 4096 are allowed")
    expect(
      refusal { $0.statedKeys = 1_025 }, .fileInvalid, "it says that it has 1025 keys; at most 1024 are allowed")
    expect(
      refusal { $0.statedKeys = 1_024 }, .fileInvalid,
      "it says that it has 1024 keys, which take 14336 bytes at least; 136 follow")
  }

  @Test func whatPeopleGiveInsteadOfAModelIsRecognised() {
    let pointer = refusal(Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8))
    #expect(pointer?.remedy.contains("git lfs pull") == true)
    let page = refusal(Array("<!DOCTYPE html><html><body>404</body></html>".utf8))
    #expect(page?.remedy.contains("download the file again") == true)
  }

  @Test func keys() {
    expect(
      refusal { $0.add("", .bool(true)) }, .fileInvalid, "key 2 of 2 at byte 69 is 0 bytes long; 1 to 65535 are allowed"
    )
    expect(
      refusal { $0.add(String(repeating: "k", count: 65_536), .bool(true)) }, .fileInvalid,
      "key 2 of 2 at byte 69 is 65536 bytes long; 1 to 65535 are allowed")
    expect(
      refusal { $0.keys.append(([0xC3, 0x28], .bool(true))) }, .fileInvalid,
      "key 2 of 2 at byte 69 is not UTF-8 text without NUL")
    expect(
      refusal { $0.add("a\0b", .bool(true)) }, .fileInvalid, "key 2 of 2 at byte 69 is not UTF-8 text without NUL")
    expect(
      refusal { $0.add("general.architecture", .bool(true)) }, .fileInvalid,
      "the key general.architecture is there twice")
  }

  @Test func values() {
    expect(
      refusal { $0.add("k", .raw(type: 13, [])) }, .fileInvalid, "the key k has a value of type 13; 0 to 12 are allowed"
    )
    expect(refusal { $0.add("k", .raw(type: 7, [2])) }, .fileInvalid, "the key k has the flag 2; 0 and 1 are allowed")
    let number = GGUFWriter.bytes(of:) as (UInt64) -> [UInt8]
    let type = GGUFWriter.bytes(of:) as (UInt32) -> [UInt8]
    expect(
      refusal { $0.add("k", .raw(type: 9, type(9) + number(0))) }, .unsupported, "the key k holds arrays of arrays")
    expect(
      refusal { $0.add("k", .raw(type: 9, type(4) + number(1_048_577))) }, .fileInvalid,
      "the key k has 1048577 elements; at most 1048576 are allowed")
    expect(
      refusal { $0.add("k", .raw(type: 9, type(7) + number(2) + [1, 7])) }, .fileInvalid,
      "the key k has the flag 7; 0 and 1 are allowed")
    expect(
      refusal { $0.add("k", .raw(type: 8, number(.max))) }, .fileInvalid,
      "the value of k needs 18446744073709551615 bytes at byte 90, and the file has 102 more (192 in all)")
    expect(
      refusal {
        $0.tensors = []
        $0.add("k", .raw(type: 9, type(10) + number(3) + number(1)))
      }, .fileInvalid, "the 3 elements of k needs 24 bytes at byte 94, and the file has 8 more (102 in all)")
  }

  @Test func alignments() {
    for value in [0, 4, 24, 33, 1 << 21] as [UInt32] {
      expect(
        refusal { $0.add("general.alignment", .uint32(value)) }, .fileInvalid,
        "the key general.alignment has the value \(value); powers of two from 8 to 1048576 are allowed")
    }
    expect(
      refusal { $0.add("general.alignment", .string("32")) }, .fileInvalid,
      "the key general.alignment has no single integer; powers of two from 8 to 1048576 are allowed")
    for alignment in [8, 16, 64, 4_096] {
      #expect(
        refusal {
          $0.alignment = alignment
          $0.add("general.alignment", .uint32(UInt32(alignment)))
        } == nil)
    }
  }

  @Test func shapes() {
    expect(
      refusal { $0.tensors.append(tensor("t", [])) }, .fileInvalid, "the tensor t has 0 dimensions; 1 to 4 are allowed")
    expect(
      refusal { $0.tensors.append(tensor("t", [1, 1, 1, 1, 1])) }, .fileInvalid,
      "the tensor t has 5 dimensions; 1 to 4 are allowed")
    for dimension in [0, 1 << 63] as [UInt64] {
      expect(
        refusal { $0.tensors.append(tensor("t", [4, dimension])) }, .fileInvalid,
        "dimension 1 of the tensor t is \(dimension); 1 to \(Int.max) are allowed")
    }
    expect(
      refusal { $0.tensors.append(tensor("t", [33], type: 2)) }, .fileInvalid,
      "the rows of the tensor t have 33 values; Q4_0 allows multiples of 32")
    for dimensions in [[1 << 62], [1 << 32, 1 << 32], [1 << 20, 1 << 20, 1 << 20, 1 << 20], [2, 1 << 62]] as [[UInt64]]
    {
      let shape = dimensions.map(String.init).joined(separator: " × ")
      var length = 0
      let error = refusal {
        $0.tensors = [tensor("t", dimensions, offset: 0)]
        length = $0.encoded().count
      }
      expect(
        error, .fileInvalid, "the tensor t has \(shape) values of F32, more than a file of \(length) bytes holds")
    }
  }

  @Test func types() {
    let allowed = "F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, BF16, MXFP4"
    expect(
      refusal { $0.tensors.append(tensor("t", [32], type: 16)) }, .unsupported,
      "the tensor t has the type IQ2_XXS; allowed are \(allowed)")
    for type in [4, 5, 31, 41, .max] as [UInt32] {
      expect(
        refusal { $0.tensors.append(tensor("t", [32], type: type)) }, .fileInvalid,
        "the tensor t has the unknown type \(type); allowed are \(allowed)")
    }
  }

  @Test func places() {
    expect(
      refusal { $0.tensors.append(tensor("t", [16], offset: 40)) }, .fileInvalid,
      "the tensor t has the offset 40; multiples of 32 are allowed")
    expect(
      refusal { $0.tensors.append(tensor("t", [16], offset: .max - 31)) }, .fileInvalid,
      "the tensor t takes 64 bytes at the offset 18446744073709551584 after byte 160, and the file ends at byte 192")
    expect(
      refusal { $0.tensors.append(tensor("t", [8], offset: 0)) }, .fileInvalid,
      "the tensor t begins at byte 160, inside w, which ends at byte 192")
    expect(refusal { $0.tensors.append(tensor("w", [8])) }, .fileInvalid, "the tensor w is there twice")
    expect(
      refusal { $0.tensors.append(tensor(String(repeating: "n", count: 64), [8])) }, .fileInvalid,
      "the name of tensor 2 of 2 at byte 110 is 64 bytes long; 1 to 63 are allowed")
  }

  @Test func aFileThatIsCutShortIsRefusedAtEveryLength() {
    var writer = GGUFWriter()
    writer.add("a", .uint32(7))
    writer.add("b", .strings(["x", "", "yz"]))
    writer.add("c", .bools([true, false]))
    writer.add("w", [4, 2], [1, 2, 3, 4, 5, 6, 7, 8])
    let whole = writer.encoded()
    #expect(refusal(whole) == nil)
    for length in 0..<whole.count { #expect(refusal(Array(whole[..<length]))?.code == .fileInvalid, "\(length) bytes") }
  }

  @Test func filesThatCannotBeReadAreNamed() throws {
    try withTemporaryFolder { folder in
      func error(_ path: String) -> InferenceError? {
        do throws(InferenceError) {
          _ = try GGUFFile(path: path)
          return nil
        } catch { return error }
      }
      let absent = error(folder + "/absent.gguf")
      #expect(absent?.code == .fileUnreadable && absent?.errorNumber == ENOENT)
      #expect(absent?.message == "could not read the model \(folder)/absent.gguf: it cannot be opened")
      #expect(error(folder)?.message.hasSuffix("it is not a regular file") == true)
      let pipe = folder + "/pipe"
      #expect(unsafe mkfifo(pipe, 0o600) == 0)
      #expect(error(pipe)?.message.hasSuffix("it is not a regular file") == true)
      let empty = folder + "/empty.gguf"
      close(unsafe open(empty, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600))
      #expect(error(empty)?.message.hasSuffix("it is empty") == true)
    }
  }
}
