// Compares our comparison of two captures, packet by packet, with the truth of the lab.
#pragma once

#include "tests/score/truth.h"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace whyrst::score {

/// Counts of one run or of all.
struct PairScore
{
    uint64_t runs = 0;
    uint64_t truePairs = 0;
    uint64_t right = 0;
    uint64_t wrong = 0; ///< pairs of ours that are none
    uint64_t saidLost = 0;
    uint64_t falselyLost = 0;  ///< of those, they arrived
    uint64_t neverArrived = 0; ///< sent inside the other capture's time; bare ACKs and what a capture missed excepted
    uint64_t foundLost = 0;    ///< of those, said to be lost
    uint64_t falselyInjected = 0; ///< RSTs that their host sent
    uint64_t clocks = 0;
    uint64_t clocksInside = 0; ///< the true offset lies inside the stated bound
    uint64_t drifts = 0;
    uint64_t driftsInside = 0;        ///< within 1 ppm + bound / span
    std::vector<std::string> remarks; ///< what is not as it should be, by run

    void add(const PairScore& other);
    /// The goals of the comparison.
    bool isGood() const;
};

/// Compares the two captures of `run`; nothing is counted when it has not both or no pairs.csv.
PairScore scorePairs(const TrueRun& run);

void printPairScore(std::ostream& out, const PairScore& score);

} // namespace whyrst::score
