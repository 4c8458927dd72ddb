/// One compute thread's place in a run.
struct ComputeLane: Sendable {
  /// 0 to the number of threads − 1.
  let index: Int
  // The team outlives its lanes: each thread holds it.
  private unowned let team: ComputeTeam

  init(index: Int, team: ComputeTeam) {
    self.index = index
    self.team = team
  }

  var laneCount: Int { team.count }

  /// Divides 0..<count among the threads in pieces of `grain`, taken as each gets free, so that a thread whose core is
  /// busy elsewhere takes fewer. Returns when all pieces of all threads are done.
  func share(_ count: Int, grain: Int, _ work: (Range<Int>) -> Void) {
    while true {
      let begin = team.take(grain)
      if begin >= count { break }
      work(begin..<min(count, begin + grain))
    }
    team.meet()
  }

  /// Rows of a matrix that are one piece of work: enough pieces that a slow thread holds the others up little, enough
  /// rows that taking one costs nothing, whole groups of packed rows, and for many tokens a panel of them, for which OpenBLAS
  /// packs the activations.
  func grain(of rows: Int, tokens: Int) -> Int {
    tokens < MatrixProduct.blasTokens ? max(16, (rows / (32 * laneCount) + 15) / 16 * 16) : 256
  }
}
