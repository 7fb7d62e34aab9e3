// How long a captured packet can be: a length above is damage, not a packet.
#pragma once

#include "model/capture/packet.h"

namespace whyrst {

/// Largest captured length that a packet of link type `type` may have.
///
/// libpcap allows 262144 bytes, and 128 MiB for USB and D-Bus (max_snaplen_for_dlt). ours: 1 MiB instead of the former,
/// since offloaded frames (BIG TCP) reach 512 KiB.
constexpr uint32_t largestCapturedLength(LinkType type)
{
    constexpr uint32_t ordinary = uint32_t{1} << 20;
    constexpr uint32_t bus = uint32_t{128} << 20;
    constexpr LinkType usbLinux = 189;
    constexpr LinkType usbLinuxMmapped = 220;
    constexpr LinkType dbus = 231;
    constexpr LinkType usbPcap = 249;
    constexpr LinkType ebhscr = 279;
    switch (type) {
    case usbLinux:
    case usbLinuxMmapped:
    case dbus:
    case usbPcap:
    case ebhscr:
        return bus;
    default:
        return ordinary;
    }
}

} // namespace whyrst
