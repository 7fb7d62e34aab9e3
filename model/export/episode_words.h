// Episodes and the share of time in plain words: for the window, the terminal and JSON.
#pragma once

#include "model/analysis/episodes.h"
#include "model/diagnosis/diagnosis.h"

#include <string>

namespace whyrst {

/// "Duplicate ACKs".
const char* episodeTitle(EpisodeKind kind);

/// What happened, and how it ended, in one or two sentences with frame numbers.
std::string episodeWords(const Episode& episode);

/// "client -> server": where the packets of the episode went; empty for a stall, which is of both.
std::string episodeDirection(const Episode& episode);

/// "Receive window".
const char* limitTitle(Limit limit);

/// What a part of the time stands for.
const char* limitWords(Limit limit);

/// What a capture taken at `vantage` can say about the share of time, and what it cannot.
std::string timeShareCaveat(const Vantage& vantage);

/// Tenths of a percent as "12.3 %".
std::string perMilleText(int perMille);

} // namespace whyrst
