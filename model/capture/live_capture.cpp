#include "model/capture/live_capture.h"

#include "model/capture/byte_source.h"
#include "model/capture/capture_error.h"
#include "model/capture/container_notes.h"
#include "model/capture/filtered_reader.h"
#include "model/capture/link_type.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <optional>
#include <pcap/pcap.h>
#include <poll.h>
#include <utility>

namespace whyrst {

namespace {

struct CloseHandle
{
    void operator()(pcap_t* handle) const { pcap_close(handle); }
};
using PcapHandle = std::unique_ptr<pcap_t, CloseHandle>;

class LiveReader final : public CaptureReader
{
public:
    explicit LiveReader(PcapHandle handle)
        : m_handle(std::move(handle))
        , m_linkType(linkTypeOf(pcap_datalink(m_handle.get())))
        , m_fractionUnit(pcap_get_tstamp_precision(m_handle.get()) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000)
    {
    }

    ReadStep next(Packet& packet) override;
    std::string formatName() const override { return "live capture"; }
    std::vector<LinkType> linkTypes() const override { return {m_linkType}; }
    std::vector<CaptureNote> notes() const override;
    uint64_t droppedByCapture() const override;
    uint64_t position() const override { return 0; }
    uint64_t size() const override { return 0; }

private:
    void waitForPacket();

    PcapHandle m_handle;
    LinkType m_linkType;
    int64_t m_fractionUnit; ///< nanoseconds
    uint32_t m_number = 0;
    std::optional<CaptureNote> m_failure;
};

void LiveReader::waitForPacket()
{
    pollfd entry{.fd = pcap_get_selectable_fd(m_handle.get()), .events = POLLIN, .revents = 0};
    poll(
        &entry, 1, static_cast<int>(growthWait.count())); // ignores a handle without descriptor, and waits all the same
}

ReadStep LiveReader::next(Packet& packet)
{
    if (m_failure)
        return ReadStep::End;
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    int state = pcap_next_ex(m_handle.get(), &header, &bytes);
    if (state == 0) {
        waitForPacket();
        state = pcap_next_ex(m_handle.get(), &header, &bytes);
    }
    if (state == 0)
        return ReadStep::NothingYet;
    if (state < 0) {
        m_failure = CaptureNote{.id = NoteId::ReadError,
            .packet = PacketNumber(m_number + 1),
            .text = std::string("Capturing stopped (") + pcap_geterr(m_handle.get())
                + "): all before it was read; check the interface and start again."};
        return ReadStep::End;
    }
    constexpr int64_t nanosecondsPerSecond = 1'000'000'000;
    packet = Packet{
        .number = PacketNumber(++m_number),
        .time
        = Timestamp(Duration(header->ts.tv_sec * nanosecondsPerSecond + int64_t{header->ts.tv_usec} * m_fractionUnit)),
        .bytes = {reinterpret_cast<const std::byte*>(bytes), header->caplen},
        .originalLength = std::max(header->len, header->caplen),
        .linkType = m_linkType,
    };
    return ReadStep::Packet;
}

uint64_t LiveReader::droppedByCapture() const
{
    pcap_stat counters{};
    if (pcap_stats(m_handle.get(), &counters) != 0)
        return 0;
    return uint64_t{counters.ps_drop} + counters.ps_ifdrop;
}

std::vector<CaptureNote> LiveReader::notes() const
{
    std::vector<CaptureNote> notes;
    if (m_failure)
        notes.push_back(*m_failure);
    if (const uint64_t dropped = droppedByCapture())
        notes.push_back(droppedWhileCapturing(dropped));
    return notes;
}

/// Why pcap_activate failed with `status`, and what to do.
std::string activationProblem(pcap_t* handle, const std::string& interface, int status)
{
    switch (status) {
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
        return "you have no permission; allow it once with \"sudo setcap cap_net_raw,cap_net_admin=ep $(which "
               "whyrst)\", "
               "or use \"sudo tcpdump -i "
            + interface + " -U -w - | whyrst -\"";
    case PCAP_ERROR_NO_SUCH_DEVICE:
        return "there is no such interface; \"ip link\" lists what there is";
    case PCAP_ERROR_IFACE_NOT_UP:
        return "it is down; bring it up with \"sudo ip link set " + interface + " up\"";
    default:
        const std::string detail = pcap_geterr(handle);
        return std::string(pcap_statustostr(status)) + (detail.empty() ? "" : ", ") + detail;
    }
}

PcapHandle makeHandle(const std::string& interface)
{
    constexpr int wholePackets = 262144;
    constexpr int bufferBytes = 16 << 20; // a tenth of a second at 1 Gbit/s
    std::array<char, PCAP_ERRBUF_SIZE> ignored{};
    PcapHandle handle(pcap_create(interface.c_str(), ignored.data()));
    if (!handle)
        return handle;
    pcap_set_snaplen(handle.get(), wholePackets);
    pcap_set_promisc(handle.get(), 1);
    pcap_set_timeout(handle.get(), static_cast<int>(growthWait.count()));
    pcap_set_buffer_size(handle.get(), bufferBytes);
    pcap_set_tstamp_precision(handle.get(), PCAP_TSTAMP_PRECISION_NANO); // stays at microseconds where refused
    return handle;
}

/// libpcap's reason why the filter cannot be set; nothing when it is.
std::optional<std::string> setFilter(pcap_t* handle, const std::string& expression)
{
    constexpr int optimize = 1;
    bpf_program program{};
    if (pcap_compile(handle, &program, expression.c_str(), optimize, PCAP_NETMASK_UNKNOWN) != 0)
        return pcap_geterr(handle);
    const bool isSet = pcap_setfilter(handle, &program) == 0;
    pcap_freecode(&program);
    return isSet ? std::nullopt : std::optional<std::string>(pcap_geterr(handle));
}

std::string addressText(const sockaddr* address)
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* bytes = nullptr;
    if (address->sa_family == AF_INET)
        bytes = &reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
    else if (address->sa_family == AF_INET6)
        bytes = &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    const bool isText = bytes && inet_ntop(address->sa_family, bytes, text.data(), text.size());
    return isText ? text.data() : std::string();
}

CaptureInterface describe(const pcap_if_t& device)
{
    CaptureInterface interface {
        .name = device.name, .description = device.description ? device.description : "", .addresses = {},
        .isUp = (device.flags & PCAP_IF_UP) != 0, .isLoopback = (device.flags & PCAP_IF_LOOPBACK) != 0,
    };
    for (const pcap_addr_t* entry = device.addresses; entry; entry = entry->next) {
        const std::string text = entry->addr ? addressText(entry->addr) : std::string();
        if (!text.empty())
            interface.addresses.push_back(text);
    }
    return interface;
}

} // namespace

Result<std::vector<CaptureInterface>> captureInterfaces()
{
    std::array<char, PCAP_ERRBUF_SIZE> problem{};
    pcap_if_t* devices = nullptr;
    if (pcap_findalldevs(&devices, problem.data()) != 0)
        return captureError(ErrorCode::CannotCapture, "any interface", problem.data());
    std::vector<CaptureInterface> interfaces;
    for (const pcap_if_t* device = devices; device; device = device->next)
        interfaces.push_back(describe(*device));
    pcap_freealldevs(devices);
    return interfaces;
}

Result<std::unique_ptr<CaptureReader>> openLive(const std::string& interface, const OpenOptions& options)
{
    PcapHandle handle = makeHandle(interface);
    if (!handle)
        return captureError(ErrorCode::CannotCapture, interface, "libpcap has no memory left");
    const int status = pcap_activate(handle.get());
    if (status < 0)
        return captureError(ErrorCode::CannotCapture, interface, activationProblem(handle.get(), interface, status));
    std::array<char, PCAP_ERRBUF_SIZE> problem{};
    if (pcap_setnonblock(handle.get(), 1, problem.data()) != 0)
        return captureError(ErrorCode::CannotCapture, interface, problem.data());
    if (!options.filter.empty()) {
        if (const auto error = checkFilter(options.filter, {linkTypeOf(pcap_datalink(handle.get()))}))
            return *error;
        if (const auto reason = setFilter(handle.get(), options.filter))
            return badFilter(options.filter, *reason);
    }
    return std::unique_ptr<CaptureReader>(std::make_unique<LiveReader>(std::move(handle)));
}

} // namespace whyrst
