// IEEE 802.11 frames and the headers that monitor mode writes before them.
#pragma once

#include "model/packet/layer.h"

#include <optional>

namespace whyrst {

/// A data frame (IEEE 802.11-2020 9.3.2) that is not encrypted, then LLC.
///
/// NotIp: management and control frames, null data, encrypted frames, and fragments after the first. Of an A-MSDU the
/// first packet counts. `padding`: whether the body begins at a multiple of 4 (radiotap's flag).
enum class BodyPadding : uint8_t
{
    None,
    ToWords
};
std::optional<SkipReason> decodeWireless(Layer& layer, BodyPadding padding);
inline std::optional<SkipReason> decodeWireless(Layer& layer)
{
    return decodeWireless(layer, BodyPadding::None);
}

/// Radiotap (radiotap.org), then the frame.
std::optional<SkipReason> decodeRadiotap(Layer& layer);

/// The header of Prism cards, or that of AVS, which shares its link type in old files; then the frame.
std::optional<SkipReason> decodePrism(Layer& layer);

/// AVS, then the frame.
std::optional<SkipReason> decodeAvs(Layer& layer);

} // namespace whyrst
