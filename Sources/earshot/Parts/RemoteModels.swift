import Configuration
import Inference

#if REMOTE_MODEL
  import RemoteInference

  /// Makes the language model on another machine.
  enum RemoteModels {
    /// - Throws: ``CommandFailure`` where the address is none.
    static func check(_ server: Configuration.Model.Server) throws { _ = try address(server) }

    /// The server is not asked yet: it may be away.
    /// - Parameter attempts: one where another model can answer at once.
    static func make(_ server: Configuration.Model.Server, attempts: Int) throws -> any LanguageModel {
      try remote(server, attempts: attempts)
    }

    /// Asks whether the server is there.
    /// - Returns: a line about it.
    static func examine(_ server: Configuration.Model.Server) async throws -> String {
      let model = try remote(server, attempts: 1)
      let names = try await model.models()
      return "\(model.name), which has \(names.isEmpty ? "none" : names.prefix(3).joined(separator: ", "))"
    }

    private static func remote(
      _ server: Configuration.Model.Server, attempts: Int
    ) throws -> RemoteLanguageModel {
      try RemoteLanguageModel(
        RemoteModelOptions(
          address: address(server), model: server.model, keyFile: server.keyFile,
          connectTimeout: min(.seconds(3), server.timeout), firstEventTimeout: server.timeout, attempts: attempts))
    }

    private static func address(_ server: Configuration.Model.Server) throws -> ServerAddress {
      do { return try ServerAddress(server.url) } catch {
        throw CommandFailure(status: .badConfiguration, description: "model.server.url: \(error)")
      }
    }
  }
#else
  /// Stands where the language model on another machine was left out of the build.
  enum RemoteModels {
    private static let missing = CommandFailure(
      status: .badConfiguration,
      description: """
        model.server: this program was built without models on other machines. "make install" builds them in, and so \
        does "make build REMOTE=1".
        """)

    static func check(_ server: Configuration.Model.Server) throws { throw missing }

    static func make(_ server: Configuration.Model.Server, attempts: Int) throws -> any LanguageModel { throw missing }

    static func examine(_ server: Configuration.Model.Server) async throws -> String { throw missing }
  }
#endif
