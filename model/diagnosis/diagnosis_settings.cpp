#include "model/diagnosis/diagnosis_settings.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace whyrst {

namespace {

Duration ofSeconds(double seconds)
{
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

constexpr std::array thresholds = std::to_array<SettableThreshold>({
    {"re-sends", "Bytes are stuck after so many re-sends", "", 1, 20,
        [](const DiagnosisSettings& settings) { return static_cast<double>(settings.resends); },
        [](DiagnosisSettings& settings, double value) { settings.resends = static_cast<uint32_t>(value); }},
    {"closed-window", "A window counts as closed after", "s", 0.1, 600,
        [](const DiagnosisSettings& settings) { return toSeconds(settings.closedWindow); },
        [](DiagnosisSettings& settings, double value) { settings.closedWindow = ofSeconds(value); }},
    {"idle", "A silence explains a reset from", "s", 1, 86'400,
        [](const DiagnosisSettings& settings) { return toSeconds(settings.idle); },
        [](DiagnosisSettings& settings, double value) { settings.idle = ofSeconds(value); }},
});

std::string valueText(const SettableThreshold& threshold, double value)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", value);
    return std::string(text.data()) + (*threshold.unit ? std::string(" ") + threshold.unit : "");
}

} // namespace

std::span<const SettableThreshold> settableThresholds()
{
    return thresholds;
}

const SettableThreshold* findThreshold(const std::string& name)
{
    const auto* const found
        = std::ranges::find_if(thresholds, [&](const SettableThreshold& each) { return name == each.name; });
    return found == thresholds.end() ? nullptr : found;
}

std::string changedThresholdsText(const DiagnosisSettings& settings)
{
    const DiagnosisSettings usual;
    std::string text;
    for (const SettableThreshold& threshold : thresholds) {
        const double value = threshold.get(settings);
        if (value == threshold.get(usual))
            continue;
        text += (text.empty() ? "" : ", ") + std::string(threshold.name) + " " + valueText(threshold, value)
            + " instead of " + valueText(threshold, threshold.get(usual));
    }
    return text;
}

} // namespace whyrst
