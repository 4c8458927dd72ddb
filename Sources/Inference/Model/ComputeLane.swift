/// One compute thread's place in a run. Used by its thread alone.
final class ComputeLane {
  /// 0 to the number of threads − 1.
  let index: Int
  // The team outlives its lanes: each thread holds it.
  private unowned let team: ComputeTeam
  /// The number of the next phase.
  private var phase: UInt64 = 0

  init(index: Int, team: ComputeTeam) {
    self.index = index
    self.team = team
  }

  var laneCount: Int { team.count }

  /// Divides 0..<count among the threads in pieces of `grain`, taken as each gets free, so that a thread whose core is
  /// busy elsewhere takes fewer. Returns when all pieces of all threads are done. The work must not count on being called
  /// on this thread at all.
  func share(_ count: Int, grain: Int, _ work: (Range<Int>) -> Void) {
    guard count > 0 else { return }
    let (phase, grain, pieces) = begin(count, grain, most: ComputeTeam.mostPieces)
    while let piece = team.take(phase, of: pieces) {
      work(Self.range(piece, grain, count))
      team.finish(phase, of: pieces)
    }
    team.wait(for: phase)
  }

  /// As ``share(_:grain:_:)``, but what a thread is stopped in, others compute once more instead of waiting until it goes on.
  ///
  /// - Parameters:
  ///   - compute: computes a piece into memory of this thread's own, in steps of a few microseconds, and gives up where its
  ///     second argument says between two of them that the result is not wanted any more. What it reads may be overwritten
  ///     by then; what it makes of that is thrown away.
  ///   - write: copies the result to where it belongs; called by one thread for each piece.
  func share(
    _ count: Int, grain: Int, compute: (Range<Int>, _ isWanted: () -> Bool) -> Void, write: (Range<Int>) -> Void
  ) {
    guard count > 0 else { return }
    let (phase, grain, pieces) = begin(count, grain, most: ComputeTeam.repeatablePieces)
    func complete(_ piece: Int) {
      let range = Self.range(piece, grain, count)
      compute(range) { team.isUnclaimed(piece, phase) }
      guard team.claim(piece, phase) else { return }
      write(range)
      team.finish(phase, of: pieces)
    }
    let began = Gate.now
    var taken = 0
    while let piece = team.take(phase, of: pieces) {
      complete(piece)
      taken += 1
    }
    guard laneCount > 1, team.isOpen(phase) else { return }
    // Twice what a piece took here: a thread that runs is done with its last one by then.
    let patience = taken == 0 ? Gate.shortSpin : max(Gate.shortSpin, (Gate.now - began) * 2 / taken)
    if team.spin(for: phase, patience) { return }
    for offset in 0..<pieces {
      // Each thread begins elsewhere, so that two do not do the same.
      let piece = (offset + index * pieces / laneCount) % pieces
      if team.isUnclaimed(piece, phase) { complete(piece) }
    }
    team.wait(for: phase)
  }

  /// Called when a run begins, with the number of its first phase.
  func begin(at phase: UInt64) { self.phase = phase }

  /// The phase that begins, its grain, and its pieces, of which there are not more than `most`.
  private func begin(_ count: Int, _ grain: Int, most: Int) -> (phase: UInt64, grain: Int, pieces: Int) {
    let grain = max(grain, (count + most - 1) / most)
    let phase = self.phase
    self.phase += 1
    return (phase, grain, (count + grain - 1) / grain)
  }

  private static func range(_ piece: Int, _ grain: Int, _ count: Int) -> Range<Int> {
    piece * grain..<min(count, (piece + 1) * grain)
  }
}
