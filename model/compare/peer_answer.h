// Which cause both captures together stand for (comparison.md 5.6).
#pragma once

#include "model/compare/peer_diagnosis.h"

#include <optional>

namespace whyrst {

/// The answer of both captures.
struct Answer
{
    std::optional<CauseId> cause; ///< nothing: nothing is wrong
    std::optional<Confidence> confidence;
    std::optional<Side> base;                ///< the capture whose diagnosis tells most of it
    const CompareFinding* finding = nullptr; ///< that supports or makes the answer
};

/// Weighs the findings of the pair and what either capture alone says.
Answer answerOf(const ConnectionPair& pair, const BothDiagnoses& both);

/// Causes of data that is not delivered: what a finding of the path replaces.
bool isOfDelivery(std::optional<CauseId> cause);

} // namespace whyrst
