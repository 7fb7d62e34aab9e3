// The other causes of a diagnosis in words: why it is not this one, or what would make it this one.
#pragma once

#include "model/diagnosis/diagnosis.h"

#include <string>

namespace whyrst {

/// What decides that it is `cause` after all, as the end of "it is this if ..."; empty for causes that are never left
/// open.
std::string decidingFact(CauseId cause);

/// "Path outage: not this, because later bytes got through", "Receiver discards: possible; it is this if ...".
std::string alternativeText(const Alternative& alternative);

} // namespace whyrst
