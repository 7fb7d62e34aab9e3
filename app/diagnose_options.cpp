#include "app/diagnose_options.h"

#include "app/command_line.h"

#include <optional>

namespace whyrst {

namespace {

const QString command = QStringLiteral("diagnose");

void addOptions(QCommandLineParser& parser)
{
    describeCommand(
        parser, QStringLiteral("Says for each connection of the captures why it was reset, and what proves it."));
    parser.addOptions({
        {QStringLiteral("peer"),
            QStringLiteral(
                "A capture of the other end of the same connections: what one capture cannot settle, both may."),
            QStringLiteral("FILE")},
        {QStringLiteral("format"), QStringLiteral("text (default), json or jsonl (one connection a line)."),
            QStringLiteral("FORMAT")},
        {QStringLiteral("merge"),
            QStringLiteral("Read all FILEs as one trace in order of time, as a ring buffer wrote them.")},
        filterOption(),
        {QStringLiteral("vantage"),
            QStringLiteral("Where the captures were taken: client, server or middle; without it that is found out."),
            QStringLiteral("PLACE")},
        thresholdOption(),
        {QStringLiteral("keep-duplicates"), QStringLiteral("Packets that were recorded twice count twice.")},
        {QStringLiteral("connection"), QStringLiteral("Only the connection with this number, from 0."),
            QStringLiteral("ID")},
        {QStringLiteral("reset"), QStringLiteral("Only the reset in this frame."), QStringLiteral("FRAME")},
        {QStringLiteral("fail-on"),
            QStringLiteral("Exit with status 1 when one of these causes is found; any: every reset that did harm."),
            QStringLiteral("any|CAUSE,...")},
        {QStringLiteral("explain"),
            QStringLiteral(
                "Print why the nearest other causes lost, and the rules and thresholds (text format); needs no FILE.")},
        {QStringLiteral("statistics"),
            QStringLiteral(
                "Give the figures of each connection too, as tcptrace has them: packets, bytes, windows, times.")},
        {QStringLiteral("episodes"),
            QStringLiteral("Give the trouble of each connection too, one entry an episode (a run of duplicate ACKs, a "
                           "closed window, a stall), and where its time went.")},
        {QStringLiteral("stats"), QStringLiteral("Print times and memory to standard error.")},
    });
    parser.addPositionalArgument(QStringLiteral("FILE"),
        QStringLiteral("Captures (pcap, pcapng, also compressed); - is standard input."), QStringLiteral("FILE..."));
}

std::optional<CauseId> findCause(const QString& name)
{
    for (int id = 0; id < causeCount; ++id) {
        const auto cause = static_cast<CauseId>(id);
        if (name == QLatin1String(causeName(cause)))
            return cause;
    }
    return std::nullopt;
}

/// Reads the values one by one; the first that is wrong gives the sentence.
class Reader
{
public:
    explicit Reader(const QCommandLineParser& parser)
        : m_parser(parser)
    {
    }

    DiagnoseOptions read()
    {
        DiagnoseOptions options;
        for (const QString& file : m_parser.positionalArguments())
            options.files.push_back(nativeName(file));
        options.explain = m_parser.isSet(QStringLiteral("explain"));
        if (options.files.empty() && !options.explain)
            reject(QStringLiteral("Name at least one capture file."));
        options.merge = m_parser.isSet(QStringLiteral("merge"));
        options.peer = nativeName(m_parser.value(QStringLiteral("peer")));
        if (!options.peer.empty() && options.files.size() != 1 && !options.merge)
            reject(QStringLiteral("--peer goes with one FILE, or with several and --merge."));
        options.filter = filterOf(m_parser);
        options.keepDuplicates = m_parser.isSet(QStringLiteral("keep-duplicates"));
        options.settings.vantage = vantage();
        if (const QString problem = readThresholds(m_parser, options.settings); !problem.isEmpty())
            reject(problem);
        options.format = format();
        if (options.explain && options.format != DiagnoseFormat::Text)
            reject(QStringLiteral("--explain goes with the text format."));
        if (const auto id = number(QStringLiteral("connection"), 0))
            options.selection.connection = ConnectionId(*id);
        if (const auto frame = number(QStringLiteral("reset"), 1))
            options.selection.reset = PacketNumber(*frame);
        options.failOn = failOn();
        options.selection.others = options.explain ? OtherCauses::Explained : OtherCauses::Named;
        options.selection.extras.statistics = m_parser.isSet(QStringLiteral("statistics"));
        options.selection.extras.episodes = m_parser.isSet(QStringLiteral("episodes"));
        options.stats = m_parser.isSet(QStringLiteral("stats"));
        return options;
    }

    const QString& problem() const { return m_problem; }

private:
    void reject(const QString& sentence)
    {
        if (m_problem.isEmpty())
            m_problem = sentence;
    }

    DiagnoseFormat format()
    {
        const QString name = m_parser.value(QStringLiteral("format"));
        if (name == QStringLiteral("json"))
            return DiagnoseFormat::Json;
        if (name == QStringLiteral("jsonl"))
            return DiagnoseFormat::JsonLines;
        if (m_parser.isSet(QStringLiteral("format")) && name != QStringLiteral("text"))
            reject(QStringLiteral("\"%1\" is no format: use text, json or jsonl.").arg(name));
        return DiagnoseFormat::Text;
    }

    std::optional<VantagePlace> vantage()
    {
        if (!m_parser.isSet(QStringLiteral("vantage")))
            return std::nullopt;
        const QString name = m_parser.value(QStringLiteral("vantage"));
        for (const VantagePlace place : {VantagePlace::Client, VantagePlace::Server, VantagePlace::Middle}) {
            if (name == QLatin1String(placeName(place)))
                return place;
        }
        reject(QStringLiteral("\"%1\" is no place: use client, server or middle.").arg(name));
        return std::nullopt;
    }

    std::optional<uint32_t> number(const QString& name, uint32_t least)
    {
        if (!m_parser.isSet(name))
            return std::nullopt;
        bool isNumber = false;
        const uint value = m_parser.value(name).toUInt(&isNumber);
        if (!isNumber || value < least)
            reject(QStringLiteral("--%1 takes a number from %2.").arg(name).arg(least));
        return value;
    }

    FailOn failOn()
    {
        FailOn result;
        for (const QString& list : m_parser.values(QStringLiteral("fail-on"))) {
            for (const QString& name : list.split(u',')) {
                const std::optional<CauseId> cause = findCause(name);
                if (name == QStringLiteral("any"))
                    result.anyHarm = true;
                else if (cause)
                    result.causes.push_back(*cause);
                else
                    reject(QStringLiteral("\"%1\" is no cause: use any, or ids such as connection-refused.").arg(name));
            }
        }
        return result;
    }

    const QCommandLineParser& m_parser;
    QString m_problem;
};

} // namespace

std::variant<DiagnoseOptions, int> parseDiagnoseOptions(
    const QStringList& arguments, std::ostream& out, std::ostream& err)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (const std::optional<int> status = parseCommand(parser, command, arguments, out, err))
        return *status;
    Reader reader(parser);
    DiagnoseOptions options = reader.read();
    if (!reader.problem().isEmpty())
        return usageError(err, command, reader.problem());
    return options;
}

} // namespace whyrst
