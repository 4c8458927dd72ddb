import Phrases

/// Compiles the phrases of all tools and turns what is wrong with them into problems with places.
struct PhraseChecks {
  private let nodes: [YAMLNode]

  init(_ root: YAMLNode) { nodes = root["tools"]?.list ?? [] }

  func check(_ tools: [(tool: PhraseTool, index: Int)], _ problems: inout ProblemList) -> PhraseSet {
    let set = PhraseSet(tools.map(\.tool))
    for problem in set.problems + set.overlaps() where tools.indices.contains(problem.tool) {
      let node = nodes[tools[problem.tool].index]
      let path = ShapeChecker.elementPath("tools", node, tools[problem.tool].index)
      // Templates are counted among the phrases that are text or have a sentence to say.
      let phrases = (node["phrases"]?.list ?? []).map { $0["say"] ?? $0 }.filter { $0.text != nil }
      let phrase = problem.template.flatMap { phrases.indices.contains($0) ? phrases[$0] : nil }
      let origin = phrase?.origin(ofScalar: problem.column) ?? node["spoken"]?.origin ?? node.origin
      problems.report(
        origin, "\(path).phrases: \(ToolDecoder.sentence(problem.text, problem.remedy))",
        problem.severity == .error ? .error : .warning)
    }
    return set
  }
}
