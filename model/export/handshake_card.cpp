#include "model/export/handshake_card.h"

#include "model/analysis/windows.h"
#include "model/diagnosis/vocabulary.h"
#include "model/number_text.h"
#include "model/time.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace whyrst {

namespace {

const std::string notCaptured = "not captured";

/// The first SYN of a side, the last one, and how often it was sent.
struct CapturedSyn
{
    std::optional<Segment> segment;
    std::optional<Segment> last; ///< a client may give up asking for ECN
    uint32_t sends = 0;
};

CapturedSyn synOf(const Flow& flow)
{
    CapturedSyn syn;
    if (!flow.synOptions)
        return syn;
    for (const Segment segment : flow.segments) {
        if (!segment.flags.syn() || segment.isCaptureDuplicate)
            continue;
        if (!syn.segment)
            syn.segment = segment;
        syn.last = segment;
        ++syn.sends;
    }
    return syn;
}

class CardMaker
{
public:
    explicit CardMaker(const Connection& connection)
        : m_connection(connection)
        , m_syns{synOf(connection.flow(Side::Client)), synOf(connection.flow(Side::Server))}
    {
    }

    std::vector<HandshakeLine> make()
    {
        if (!syn(Side::Client).segment && !syn(Side::Server).segment)
            return {};
        addPackets();
        addSizes();
        addAgreed("SACK", [](const SynOptions& options) { return bool{options.sackPermitted}; });
        addAgreed("Timestamps", [](const SynOptions& options) { return bool{options.timestamps}; });
        addFastOpen();
        addEcn();
        addAgreed("Multipath TCP", [](const SynOptions& options) { return bool{options.multipath}; });
        addSignatures();
        addTexts("First window", [this](Side side) { return groupedDigits(syn(side).segment->rawWindow); }, {});
        addResetReasons();
        return std::move(m_lines);
    }

private:
    const CapturedSyn& syn(Side side) const { return m_syns[sideIndex(side)]; }
    const SynOptions& options(Side side) const { return *m_connection.flow(side).synOptions; }
    /// Of an option that is not there.
    std::string missing(Side side, const char* text) const { return options(side).cut ? "cut off" : text; }
    bool isComplete() const { return syn(Side::Client).segment && syn(Side::Server).segment; }

    void addTexts(std::string name, const std::function<std::string(Side)>& text, std::string outcome)
    {
        HandshakeLine line{std::move(name), {notCaptured, notCaptured}, std::move(outcome)};
        for (const Side side : {Side::Client, Side::Server}) {
            if (syn(side).segment)
                line.announced[sideIndex(side)] = text(side);
        }
        m_lines.push_back(std::move(line));
    }

    void addPackets()
    {
        std::string outcome;
        if (isComplete() && syn(Side::Server).segment->time >= syn(Side::Client).segment->time)
            outcome = humanDuration(syn(Side::Server).segment->time - syn(Side::Client).segment->time) + " apart";
        const auto packet = [this](Side side) {
            const std::string frame = "#" + std::to_string(syn(side).segment->frame.value);
            const uint32_t sends = syn(side).sends;
            return sends == 1 ? frame : frame + ", sent " + timesText(sends);
        };
        addTexts("Packet", packet, std::move(outcome));
    }

    /// What the sides that send data make of the MSS.
    std::string segmentSizes() const
    {
        const uint32_t client = effectiveMssOf(m_connection, Side::Client);
        const uint32_t server = effectiveMssOf(m_connection, Side::Server);
        if (client == 0 && server == 0)
            return {};
        std::string text = "at most " + counted(client != 0 ? client : server, "byte") + " a segment";
        if (client == 0 || server == 0)
            return text + " from the " + sideName(client != 0 ? Side::Client : Side::Server);
        return client == server ? text : text + " from the client, " + groupedDigits(server) + " from the server";
    }

    void addSizes()
    {
        const auto mss = [this](Side side) {
            const std::optional<uint16_t>& announced = options(side).maximumSegmentSize;
            return announced ? groupedDigits(*announced) : missing(side, "none");
        };
        addTexts("MSS", mss, segmentSizes());
        const auto scale = [this](Side side) {
            const std::optional<uint8_t>& announced = options(side).windowScale;
            return announced ? std::to_string(*announced) + " (x " + groupedDigits(int64_t{1} << *announced) + ")"
                             : missing(side, "not offered");
        };
        addTexts("Window scale", scale,
            agreement([](const SynOptions& one) { return one.windowScale.has_value(); },
                ": no window is larger than 65,535 bytes"));
    }

    /// What came of an option that both sides must announce; `loss` is said when one did not.
    std::string agreement(const std::function<bool(const SynOptions&)>& has, const std::string& loss = {}) const
    {
        if (!isComplete())
            return {};
        const bool asked = has(options(Side::Client));
        const bool agreed = has(options(Side::Server));
        if (asked && agreed)
            return "in use";
        if (options(Side::Client).cut || options(Side::Server).cut)
            return "not known: options were cut off";
        if (!asked)
            return "not in use";
        return "not in use, the server did not agree" + loss;
    }

    void addAgreed(const char* name, const std::function<bool(const SynOptions&)>& has)
    {
        addTexts(
            name, [&](Side side) { return has(options(side)) ? "offered" : missing(side, "not offered"); },
            agreement(has));
    }

    void addFastOpen()
    {
        const auto cookie = [this](Side side) -> std::string {
            if (!options(side).fastOpen)
                return missing(side, "not offered");
            const uint8_t length = m_connection.flow(side).rare->fastOpenCookie.value_or(0);
            return length == 0 ? "asks for a cookie" : "cookie of " + std::to_string(length) + " bytes";
        };
        addTexts("Fast Open", cookie, {});
    }

    /// RFC 3168 6.1.1: ECE and CWR in the SYN ask, ECE alone in the SYN-ACK agrees.
    void addEcn()
    {
        const auto asks = [this](Side side) {
            const TcpFlags flags = syn(side).last->flags;
            return flags.ece() && flags.cwr() == (side == Side::Client);
        };
        std::string outcome;
        if (isComplete())
            outcome = !asks(Side::Client) ? "not in use"
                : asks(Side::Server)      ? "in use"
                                          : "not in use, the server did not agree";
        addTexts(
            "ECN", [&](Side side) { return std::string(asks(side) ? "offered" : "not offered"); }, outcome);
    }

    void addSignatures()
    {
        const std::array<std::pair<const char*, std::function<bool(const SynOptions&)>>, 2> kinds{
            {{"MD5 signature", [](const SynOptions& one) { return bool{one.md5}; }},
                {"TCP-AO", [](const SynOptions& one) { return bool{one.authentication}; }}}};
        for (const auto& [name, has] : kinds) {
            const auto signs = [&, &has = has](Side side) { return syn(side).segment && has(options(side)); };
            if (signs(Side::Client) || signs(Side::Server))
                addAgreed(name, has);
        }
    }

    /// Why a multipath TCP says that it reset the subflow (RFC 8684 3.6).
    void addResetReasons()
    {
        HandshakeLine line{"Reset says", {}, {}};
        for (const Side side : {Side::Client, Side::Server}) {
            for (const MultipathResetReason& stated : m_connection.flow(side).rare->resetReasons)
                line.announced[sideIndex(side)] = multipathReasonName(stated.reason);
        }
        if (!line.announced[0].empty() || !line.announced[1].empty())
            m_lines.push_back(std::move(line));
    }

    const Connection& m_connection;
    std::array<CapturedSyn, 2> m_syns; ///< by Side
    std::vector<HandshakeLine> m_lines;
};

} // namespace

std::vector<HandshakeLine> handshakeCard(const Connection& connection)
{
    return CardMaker(connection).make();
}

std::string handshakeText(const Connection& connection)
{
    const std::vector<HandshakeLine> lines = handshakeCard(connection);
    if (lines.empty())
        return "\nThe handshake of connection " + std::to_string(connection.id.value) + " was not captured.\n";
    constexpr size_t gap = 2;
    std::array<size_t, 3> widths{0, sizeof "client" - 1, sizeof "server" - 1};
    for (const HandshakeLine& line : lines) {
        widths[0] = std::max(widths[0], line.name.size());
        widths[1] = std::max(widths[1], line.announced[0].size());
        widths[2] = std::max(widths[2], line.announced[1].size());
    }
    const auto row = [&](const std::string& name, const std::string& client, const std::string& server,
                         const std::string& outcome) {
        std::string text = "  " + name + std::string(widths[0] + gap - name.size(), ' ') + client
            + std::string(widths[1] + gap - client.size(), ' ') + server
            + std::string(widths[2] + gap - server.size(), ' ') + outcome;
        text.erase(text.find_last_not_of(' ') + 1);
        return text + "\n";
    };
    std::string text = "\nHandshake of connection " + std::to_string(connection.id.value) + ": "
        + toString(connection.client) + " -> " + toString(connection.server) + "\n";
    text += row("", "client", "server", "");
    for (const HandshakeLine& line : lines)
        text += row(line.name, line.announced[0], line.announced[1], line.outcome);
    return text;
}

} // namespace whyrst
