internal import Tools

/// A program ready to be started: every placeholder filled in, every limit known.
struct ProgramInvocation: Hashable, Sendable {
  var path: String
  /// Without the program's own name.
  var arguments: [String]
  /// `NAME=value`, in the order they are passed.
  var environment: [String]
  var workingDirectory: String
  /// Nil keeps the daemon's own user.
  var account: UserAccount?
  /// Read by the program as its standard input.
  var input: [UInt8]
  var timeLimit: Duration
  var terminationGrace: Duration
  var outputLimitBytes: Int
}

/// A `ProgramAction` that has been checked against this machine.
struct PreparedProgram: Hashable, Sendable {
  let action: ProgramAction
  let path: String
  let templates: [ArgumentTemplate]
  let account: UserAccount?
  private let environment: [String]

  /// - Throws: `invalidConfiguration`, `notFound` or `permissionDenied` for what could never run.
  init(_ action: ProgramAction) throws(ActionError) {
    self.action = action
    guard let first = action.arguments.first else { throw Self.refuse("it has no program") }
    guard action.arguments.count <= 256 else { throw Self.refuse("it has more than 256 arguments") }
    guard let path = try ArgumentTemplate(parsing: first).constant else {
      throw Self.refuse("the program's path has a placeholder")
    }
    guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count < 4096 else {
      throw Self.refuse("the program's path is not absolute")
    }
    self.path = path
    var templates: [ArgumentTemplate] = []
    for argument in action.arguments.dropFirst() { templates.append(try ArgumentTemplate(parsing: argument)) }
    self.templates = templates
    guard (Duration.milliseconds(1)...Duration.seconds(3600)).contains(action.timeLimit) else {
      throw Self.refuse("its time limit is not between 1 ms and 1 hour")
    }
    guard (Duration.zero...Duration.seconds(60)).contains(action.terminationGrace) else {
      throw Self.refuse("its termination grace is not between 0 and 60 s")
    }
    guard (0...16 << 20).contains(action.outputLimitBytes) else {
      throw Self.refuse("its output limit is not between 0 and 16 MiB")
    }
    if let folder = action.workingDirectory {
      guard folder.utf8.first == UInt8(ascii: "/"), !folder.utf8.contains(0) else {
        throw Self.refuse("its working directory is not an absolute path")
      }
    }
    let current = UserAccount.current
    var account: UserAccount?
    if let user = action.user {
      let wanted = try UserAccount(named: user)
      if wanted.userID != current.userID {
        guard UserAccount.mayChangeUser else {
          throw ActionError(
            .permissionDenied, "run \(path) as \(user)", reason: "this process may not change its user",
            remedy: "Give the service AmbientCapabilities=CAP_SETUID CAP_SETGID CAP_KILL, or leave `user` out.")
        }
        account = wanted
      }
    }
    self.account = account
    environment = try Self.environment(for: account ?? current, adding: action.environment)
    if let problem = ProgramRunner.whyNotExecutable(path) { throw problem }
  }

  /// - Throws: `invalidArguments`.
  func invocation(_ arguments: JSONObject) throws(ActionError) -> ProgramInvocation {
    var elements: [String] = []
    var mayBeOption = true
    for template in templates {
      elements.append(try template.element(arguments, mayBeOption: mayBeOption))
      if template.constant == "--" { mayBeOption = false }
    }
    // Far below the kernel's own limit (a quarter of the stack's), so that exec does not fail for the sum.
    guard elements.reduce(0, { $0 + $1.utf8.count }) <= 1 << 20 else {
      throw ActionError(
        .invalidArguments, "make the program's arguments", reason: "together they are longer than 1 MiB",
        remedy: "Set maxLength in the tool's schema.")
    }
    let input =
      switch action.input {
      case .none: [UInt8]()
      case .json: JSONValue.object(arguments).bytes() + [UInt8(ascii: "\n")]
      }
    return ProgramInvocation(
      path: path, arguments: elements, environment: environment, workingDirectory: action.workingDirectory ?? "/",
      account: account, input: input, timeLimit: action.timeLimit, terminationGrace: action.terminationGrace,
      outputLimitBytes: action.outputLimitBytes)
  }

  private static func environment(
    for account: UserAccount, adding added: OrderedDictionary<String, String>
  ) throws(ActionError) -> [String] {
    var variables: OrderedDictionary = [
      "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": account.home,
      "USER": account.name, "LOGNAME": account.name, "SHELL": account.shell,
    ]
    for (name, value) in added {
      guard !name.isEmpty, !name.utf8.contains(0), !name.utf8.contains(UInt8(ascii: "=")), !value.utf8.contains(0)
      else { throw refuse("an environment variable's name is empty, or has = or a NUL in it") }
      variables[name] = value
    }
    return variables.map { "\($0)=\($1)" }
  }

  private static func refuse(_ reason: String) -> ActionError {
    ActionError(.invalidConfiguration, "prepare a program", reason: reason)
  }
}
