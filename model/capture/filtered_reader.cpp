#include "model/capture/filtered_reader.h"

#include "model/capture/link_type.h"

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <pcap/pcap.h>
#include <string_view>
#include <utility>

namespace whyrst {

namespace {

constexpr int longestPacket = 1 << 20; // no filter cuts a packet: how far it may look

/// A compiled expression, or why there is none.
class FilterProgram
{
public:
    FilterProgram(const std::string& expression, LinkType type)
    {
        const std::unique_ptr<pcap_t, decltype(&pcap_close)> link(
            pcap_open_dead(dataLinkOf(type), longestPacket), pcap_close);
        constexpr int optimize = 1;
        m_isCompiled
            = link && pcap_compile(link.get(), &m_program, expression.c_str(), optimize, PCAP_NETMASK_UNKNOWN) == 0;
        if (link && !m_isCompiled)
            m_problem = pcap_geterr(link.get());
    }
    FilterProgram(const FilterProgram&) = delete;
    FilterProgram& operator=(const FilterProgram&) = delete;
    ~FilterProgram()
    {
        if (m_isCompiled)
            pcap_freecode(&m_program);
    }

    bool isCompiled() const { return m_isCompiled; }
    const std::string& problem() const { return m_problem; }

    bool matches(const Packet& packet) const
    {
        pcap_pkthdr header{};
        header.caplen = static_cast<bpf_u_int32>(packet.bytes.size());
        header.len = packet.originalLength;
        return pcap_offline_filter(&m_program, &header, reinterpret_cast<const u_char*>(packet.bytes.data())) != 0;
    }

private:
    bpf_program m_program{};
    bool m_isCompiled = false;
    std::string m_problem;
};

class FilteredReader final : public CaptureReader
{
public:
    FilteredReader(std::unique_ptr<CaptureReader> reader, std::string expression)
        : m_reader(std::move(reader))
        , m_expression(std::move(expression))
    {
    }

    ReadStep next(Packet& packet) override;
    const std::shared_ptr<std::byte[]>& memory() const override { return m_reader->memory(); }
    std::string formatName() const override { return m_reader->formatName(); }
    std::vector<LinkType> linkTypes() const override { return m_reader->linkTypes(); }
    std::vector<CaptureNote> notes() const override;
    uint64_t droppedByCapture() const override { return m_reader->droppedByCapture(); }
    CaptureDetails details() const override { return m_reader->details(); }
    MergedFrames mergedFrames() const override { return m_reader->mergedFrames(); }
    uint64_t position() const override { return m_reader->position(); }
    uint64_t size() const override { return m_reader->size(); }

private:
    /// The program of one link type, and what it could not look at.
    struct LinkFilter
    {
        LinkFilter(const std::string& expression, LinkType linkType)
            : type(linkType)
            , program(expression, linkType)
        {
        }
        LinkType type;
        FilterProgram program;
        uint64_t unfit = 0;
        PacketNumber firstUnfit;
    };
    bool isWanted(const Packet& packet);
    LinkFilter& filterFor(LinkType type);

    std::unique_ptr<CaptureReader> m_reader;
    std::string m_expression;
    std::deque<LinkFilter> m_filters; ///< a program cannot be moved
};

ReadStep FilteredReader::next(Packet& packet)
{
    constexpr int packetsAtOnce = 65536; // a few milliseconds
    for (int i = 0; i < packetsAtOnce; ++i) {
        const ReadStep step = m_reader->next(packet);
        if (step != ReadStep::Packet || isWanted(packet))
            return step;
    }
    return ReadStep::NothingYet;
}

bool FilteredReader::isWanted(const Packet& packet)
{
    LinkFilter& filter = filterFor(packet.linkType);
    if (filter.program.isCompiled())
        return filter.program.matches(packet);
    if (filter.unfit++ == 0)
        filter.firstUnfit = packet.number;
    return false;
}

FilteredReader::LinkFilter& FilteredReader::filterFor(LinkType type)
{
    const auto known = std::ranges::find(m_filters, type, &LinkFilter::type);
    return known != m_filters.end() ? *known : m_filters.emplace_back(m_expression, type);
}

std::vector<CaptureNote> FilteredReader::notes() const
{
    std::vector<CaptureNote> notes = m_reader->notes();
    for (const LinkFilter& filter : m_filters) {
        if (filter.unfit == 0)
            continue;
        const std::string packets = filter.unfit == 1 ? "1 packet was" : std::to_string(filter.unfit) + " packets were";
        notes.push_back({.id = NoteId::FilterMismatch,
            .packet = filter.firstUnfit,
            .count = filter.unfit,
            .text = packets + " left out because the filter \"" + m_expression + "\" does not fit to link type "
                + linkTypeName(filter.type) + " (" + filter.program.problem() + ")."});
    }
    return notes;
}

// --- Is the expression one?

/// Words whose operand is a word, too, but no host name.
constexpr std::array<std::string_view, 13> wordTakers{"port", "portrange", "proto", "protochain", "type", "subtype",
    "dir", "on", "ifname", "rset", "ruleset", "reason", "action"};

std::vector<std::string> wordsOf(const std::string& expression)
{
    constexpr std::string_view partOfWords = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:";
    std::vector<std::string> words;
    for (size_t begin = 0; (begin = expression.find_first_of(partOfWords, begin)) != std::string::npos;) {
        const size_t end = std::min(expression.find_first_not_of(partOfWords, begin), expression.size());
        words.push_back(expression.substr(begin, end - begin));
        begin = end;
    }
    return words;
}

/// Whether `word` is an Ethernet address without colons: aabbccddeeff, aabb.ccdd.eeff, aa.bb.cc.dd.ee.ff, or with
/// dashes.
bool isEthernetAddress(std::string_view word)
{
    constexpr std::string_view hexDigits = "0123456789abcdefABCDEF";
    constexpr std::ptrdiff_t digitsOfAddress = 12;
    const auto separators = std::ranges::count_if(word, [](char c) { return c == '.' || c == '-'; });
    const auto digits
        = std::ranges::count_if(word, [&](char c) { return hexDigits.find(c) != std::string_view::npos; });
    const bool isGrouped = separators == 0 || separators == 2 || separators == 5;
    return isGrouped && digits == digitsOfAddress && digits + separators == std::ssize(word);
}

/// Whether libpcap would look `word` up: it is no word of the language, no number and no address. Only such a word, and
/// a constant, may stand behind "port" without being a syntax error, and only a constant is an index; looking up a port
/// asks no server.
bool isName(const std::string& word)
{
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const bool isNumber = word.starts_with("0x") || std::ranges::none_of(word, isLetter);
    if (isNumber || word.find(':') != std::string::npos || isEthernetAddress(word))
        return false;
    constexpr LinkType ethernet = 1;
    if (FilterProgram("ip[" + word + "] = 0", ethernet).isCompiled())
        return false;
    const FilterProgram probe("port " + word, ethernet);
    return probe.isCompiled() || probe.problem().find("syntax error") == std::string::npos;
}

/// The first word of `expression` that libpcap would ask a name server for; empty when there is none.
std::string findHostName(const std::string& expression)
{
    std::string before;
    for (const std::string& word : wordsOf(expression)) {
        if (std::ranges::find(wordTakers, before) == wordTakers.end() && isName(word))
            return word;
        before = word;
    }
    return {};
}

/// libpcap's reason why `expression` fits to no link type; nothing when it fits to one.
std::optional<std::string> findProblem(const std::string& expression, std::vector<LinkType> types)
{
    constexpr std::array<LinkType, 3> usual{1, 101, 127}; // Ethernet, raw IP, 802.11 with radio header
    types.insert(types.end(), usual.begin(), usual.end());
    std::optional<std::string> problem;
    for (const LinkType type : types) {
        const FilterProgram program(expression, type);
        if (program.isCompiled())
            return std::nullopt;
        problem = problem ? problem : program.problem();
    }
    return problem;
}

} // namespace

Error badFilter(const std::string& expression, const std::string& reason)
{
    return {.code = ErrorCode::BadFilter,
        .file = {},
        .offset = 0,
        .packet = {},
        .detail = "\"" + expression + "\" cannot be used (" + reason + ")"};
}

std::optional<Error> checkFilter(const std::string& expression, const std::vector<LinkType>& types)
{
    if (const std::string name = findHostName(expression); !name.empty())
        return badFilter(expression, "\"" + name + "\" is a name, and names are not looked up: give the address");
    if (const auto problem = findProblem(expression, types))
        return badFilter(expression, *problem);
    return std::nullopt;
}

Result<std::unique_ptr<CaptureReader>> filterCapture(
    std::unique_ptr<CaptureReader> reader, const std::string& expression)
{
    if (const auto error = checkFilter(expression, reader->linkTypes()))
        return *error;
    return std::unique_ptr<CaptureReader>(std::make_unique<FilteredReader>(std::move(reader), expression));
}

} // namespace whyrst
