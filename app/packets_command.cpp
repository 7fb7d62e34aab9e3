#include "app/packets_command.h"

#include "app/command_line.h"
#include "app/diagnose_selection.h"
#include "model/export/packet_table.h"
#include "model/tcp/load_trace.h"

namespace whyrst {

namespace {

const QString command = QStringLiteral("packets");

void addOptions(QCommandLineParser& parser)
{
    describeCommand(parser,
        QStringLiteral(
            "Prints the TCP segments of a capture as a table: seq and ack as in the packet, length in bytes\n"
            "of data, the window scaled, several flags or kinds joined by +."));
    parser.addOptions({
        {QStringLiteral("format"), QStringLiteral("csv (default) or jsonl."), QStringLiteral("FORMAT")},
        {QStringLiteral("connection"), QStringLiteral("Only the connection with this number, from 0."),
            QStringLiteral("ID")},
        filterOption(),
    });
    parser.addPositionalArgument(
        QStringLiteral("FILE"), QStringLiteral("A capture (pcap, pcapng, also compressed); - is standard input."));
}

std::optional<PacketTableFormat> formatOf(const QString& name)
{
    if (name.isEmpty() || name == QStringLiteral("csv"))
        return PacketTableFormat::Csv;
    if (name == QStringLiteral("jsonl"))
        return PacketTableFormat::JsonLines;
    return std::nullopt;
}

int printPackets(const Result<Trace>& trace, const DiagnoseSelection& selection, PacketTableFormat format,
    std::ostream& out, std::ostream& err)
{
    if (!trace)
        return usageError(err, command, QString::fromStdString(sentenceFor(trace.error())));
    const Result<ConnectionRange> range = selectedConnections(*trace, selection);
    if (!range)
        return usageError(err, command, QString::fromStdString(sentenceFor(range.error())));
    writePacketTable(out, *trace, selection.connection, format);
    return exitDone;
}

} // namespace

int runPacketsCommand(const QStringList& arguments, std::ostream& out, std::ostream& err)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (const std::optional<int> status = parseCommand(parser, command, arguments, out, err))
        return *status;
    const QStringList files = parser.positionalArguments();
    if (files.size() != 1)
        return usageError(err, command, QStringLiteral("Name one capture file."));
    const std::optional<PacketTableFormat> format = formatOf(parser.value(QStringLiteral("format")));
    if (!format)
        return usageError(err, command, QStringLiteral("The format is csv or jsonl."));
    DiagnoseSelection selection;
    if (parser.isSet(QStringLiteral("connection"))) {
        bool isNumber = false;
        selection.connection = ConnectionId(parser.value(QStringLiteral("connection")).toUInt(&isNumber));
        if (!isNumber)
            return usageError(err, command, QStringLiteral("--connection takes a number from 0."));
    }
    NoProgress progress;
    LoadOptions load;
    load.open.filter = filterOf(parser);
    return printPackets(loadTrace(nativeName(files.front()), load, progress), selection, *format, out, err);
}

} // namespace whyrst
