// What a ladder's packets stand on: captions, times, the lines of the captures, silences and what was not captured.
#pragma once

namespace whyrst {

class LadderCanvas;

/// The background with captions, ticks and times.
void paintLadderGround(LadderCanvas& canvas);
/// The lines of both captures, but where silence is folded.
void paintLadderLines(const LadderCanvas& canvas);
/// Hatches the side of a capture where it has nothing, not even packets of others.
void paintUncaptured(LadderCanvas& canvas);
/// Says how long the folded silences are.
void paintLadderFolds(LadderCanvas& canvas);

} // namespace whyrst
