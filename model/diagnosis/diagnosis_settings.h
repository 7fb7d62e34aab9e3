// What a person may decide about the diagnoses of a session.
#pragma once

#include "model/analysis/thresholds.h"
#include "model/diagnosis/vocabulary.h"
#include "model/time.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace whyrst {

struct DiagnosisSettings
{
    using Place = std::optional<VantagePlace>;

    Place vantage{};                           ///< where the capture was taken; nothing: found out
    uint32_t resends = minimumResends;         ///< after so many re-sends bytes are stuck
    Duration closedWindow = minimumZeroWindow; ///< a window that was closed for less is flow control
    Duration idle = minimumIdle;               ///< a shorter silence explains no reset

    /// The same thresholds for a capture that was taken elsewhere.
    DiagnosisSettings at(Place place) const
    {
        DiagnosisSettings settings = *this;
        settings.vantage = place;
        return settings;
    }

    friend bool operator==(const DiagnosisSettings&, const DiagnosisSettings&) = default;
};

/// A threshold that can be changed. The others follow from TCP and are what they are.
struct SettableThreshold
{
    const char* name;  ///< for command line and JSON: "re-sends"
    const char* words; ///< for people
    const char* unit;  ///< "s"; empty for a number
    double least;
    double most;
    double (*get)(const DiagnosisSettings&);
    void (*set)(DiagnosisSettings&, double);
};
std::span<const SettableThreshold> settableThresholds();

/// The threshold of this name; null when there is none.
const SettableThreshold* findThreshold(const std::string& name);

/// "idle 10 s instead of 30 s": what differs from the defaults; empty when nothing does.
std::string changedThresholdsText(const DiagnosisSettings& settings);

} // namespace whyrst
