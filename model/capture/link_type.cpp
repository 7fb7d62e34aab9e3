#include "model/capture/link_type.h"

#include "model/capture/capture_reader.h"

#include <array>
#include <pcap/pcap.h>

namespace whyrst {

namespace {

struct LinkTypeMapping
{
    LinkType linkType;
    int dataLink;
};

// Files hold LINKTYPE_ numbers, libpcap's names belong to DLT_ numbers. They are equal but for these, which had
// different DLT_ values on different systems (libpcap, pcap-common.c).
constexpr std::array<LinkTypeMapping, 5> differing{{
    {100, DLT_ATM_RFC1483},
    {101, DLT_RAW},
    {102, DLT_SLIP_BSDOS},
    {103, DLT_PPP_BSDOS},
    {106, DLT_ATM_CLIP},
}};

} // namespace

LinkType linkTypeOf(int dataLink)
{
    for (const LinkTypeMapping& mapping : differing) {
        if (mapping.dataLink == dataLink)
            return mapping.linkType;
    }
    return static_cast<LinkType>(dataLink);
}

int dataLinkOf(LinkType type)
{
    for (const LinkTypeMapping& mapping : differing) {
        if (mapping.linkType == type)
            return mapping.dataLink;
    }
    return type;
}

std::string linkTypeName(LinkType type)
{
    if (const char* name = pcap_datalink_val_to_name(dataLinkOf(type)))
        return name;
    return "LINKTYPE_" + std::to_string(type);
}

} // namespace whyrst
