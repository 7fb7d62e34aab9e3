#include "app/chart_command.h"

#include "app/command_line.h"
#include "model/charts/chart_table.h"
#include "model/diagnosis/diagnosis.h"
#include "model/tcp/load_trace.h"
#include "views/charts/chart_image.h"
#include "views/charts/picture_mask.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace whyrst {

namespace {

const QString command = QStringLiteral("chart");

/// What the command line asks for.
struct ChartOptions
{
    QString file;
    QString output;
    std::string filter; ///< BPF, may be empty
    std::optional<ConnectionId> connection;
    std::optional<PacketNumber> reset;
    std::vector<const ChartKind*> kinds;
    QSize size{1920, 1080};
    double scale = 1;
    ChartTheme theme = ChartTheme::Light;
    QString title; ///< a line of the user's own; may be empty
    bool masksAddresses = false;
};

/// A value, or the sentence that says why there is none.
template <typename T> struct Parsed
{
    std::optional<T> value;
    QString problem;
};

QString chartNames()
{
    QStringList names;
    for (const ChartKind& kind : chartTable())
        names << QString::fromUtf8(kind.id);
    return names.join(QStringLiteral(", "));
}

QCommandLineOption option(const char* name, const QString& description, const char* value)
{
    return QCommandLineOption(QString::fromUtf8(name), description, QString::fromUtf8(value));
}

void addOptions(QCommandLineParser& parser)
{
    describeCommand(parser,
        QStringLiteral("Draws the charts of one connection with the numbered chain of its diagnosis as a PNG.\n"
                       "Without --connection and --reset: the reset that did most harm."));
    parser.addOptions({
        option("connection", QStringLiteral("The connection with this number, from 0."), "ID"),
        option("reset", QStringLiteral("The connection of the reset in this packet."), "FRAME"),
        option(
            "charts", QStringLiteral("Which charts, joined by commas: %1 (default: all).").arg(chartNames()), "LIST"),
        filterOption(),
        option("size", QStringLiteral("Size in pixels before scaling (default 1920x1080)."), "WxH"),
        option("scale", QStringLiteral("Pixels of the file for each of --size (default 1); texts grow along."), "S"),
        option("theme", QStringLiteral("light (default) or dark."), "THEME"),
        titleOption(),
        maskOption(),
        {{QStringLiteral("o"), QStringLiteral("output")}, QStringLiteral("The picture to write; - is standard output."),
            QStringLiteral("OUT.png")},
    });
    parser.addPositionalArgument(
        QStringLiteral("FILE"), QStringLiteral("A capture (pcap, pcapng, also compressed); - is standard input."));
    for (const char* later : {"fold", "peer", "dpi"}) {
        QCommandLineOption hidden(QString::fromUtf8(later));
        hidden.setFlags(QCommandLineOption::HiddenFromHelp);
        if (QLatin1String(later) != QLatin1String("fold"))
            hidden.setValueName(QStringLiteral("VALUE"));
        parser.addOption(hidden);
    }
}

std::optional<uint32_t> numberOf(const QCommandLineParser& parser, const char* name)
{
    bool isNumber = false;
    const uint32_t number = parser.value(QString::fromUtf8(name)).toUInt(&isNumber);
    return isNumber ? std::optional(number) : std::nullopt;
}

QString readSelection(const QCommandLineParser& parser, ChartOptions& options)
{
    const bool hasConnection = parser.isSet(QStringLiteral("connection"));
    const bool hasReset = parser.isSet(QStringLiteral("reset"));
    if (hasConnection && hasReset)
        return QStringLiteral("Give --connection or --reset, not both.");
    if (hasConnection) {
        const std::optional<uint32_t> number = numberOf(parser, "connection");
        if (!number)
            return QStringLiteral("--connection takes a number from 0.");
        options.connection = ConnectionId(*number);
    }
    if (hasReset) {
        const std::optional<uint32_t> number = numberOf(parser, "reset");
        if (!number || *number == 0)
            return QStringLiteral("--reset takes a packet number from 1.");
        options.reset = PacketNumber(*number);
    }
    return {};
}

QString readCharts(const QCommandLineParser& parser, ChartOptions& options)
{
    if (!parser.isSet(QStringLiteral("charts"))) {
        for (const ChartKind& kind : chartTable())
            options.kinds.push_back(&kind);
        return {};
    }
    for (const QString& name : parser.value(QStringLiteral("charts")).split(u',')) {
        const ChartKind* kind = findChart(name.trimmed().toStdString());
        if (!kind)
            return QStringLiteral("There is no chart \"%1\": choose among %2.").arg(name.trimmed(), chartNames());
        options.kinds.push_back(kind);
    }
    return {};
}

QString readSize(const QCommandLineParser& parser, ChartOptions& options)
{
    if (parser.isSet(QStringLiteral("scale"))) {
        bool isNumber = false;
        options.scale = parser.value(QStringLiteral("scale")).toDouble(&isNumber);
        if (!isNumber || !(options.scale >= 0.5 && options.scale <= 10))
            return QStringLiteral("--scale takes a number from 0.5 to 10.");
    }
    if (parser.isSet(QStringLiteral("size"))) {
        const QStringList parts = parser.value(QStringLiteral("size")).split(u'x');
        options.size = parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
    }
    const double longest = std::max(options.size.width(), options.size.height()) * options.scale;
    const bool isLarge
        = options.size.width() >= smallestChartImage.width() && options.size.height() >= smallestChartImage.height();
    if (isLarge && longest <= largestChartImageSide)
        return {};
    return QStringLiteral("--size takes WIDTHxHEIGHT from %1x%2, times --scale up to %3 pixels on a side.")
        .arg(smallestChartImage.width())
        .arg(smallestChartImage.height())
        .arg(largestChartImageSide);
}

QString readTheme(const QCommandLineParser& parser, ChartOptions& options)
{
    const QString name = parser.value(QStringLiteral("theme"));
    if (name == QStringLiteral("dark"))
        options.theme = ChartTheme::Dark;
    else if (!name.isEmpty() && name != QStringLiteral("light"))
        return QStringLiteral("The theme is light or dark.");
    return {};
}

QString readFiles(const QCommandLineParser& parser, ChartOptions& options)
{
    for (const char* later : {"fold", "peer", "dpi"}) {
        if (parser.isSet(QString::fromUtf8(later)))
            return QStringLiteral("This version does not have --%1 yet.").arg(QString::fromUtf8(later));
    }
    const QStringList files = parser.positionalArguments();
    if (files.size() != 1)
        return QStringLiteral("Name one capture file.");
    options.file = files.front();
    options.output = parser.value(QStringLiteral("output"));
    options.filter = filterOf(parser);
    options.title = titleOf(parser);
    options.masksAddresses = masksAddresses(parser);
    if (options.output.isEmpty())
        return QStringLiteral("Name the picture to write with -o OUT.png.");
    const bool isPng
        = options.output == QStringLiteral("-") || options.output.endsWith(QStringLiteral(".png"), Qt::CaseInsensitive);
    return isPng ? QString() : QStringLiteral("This version writes PNG only: give -o a name that ends in .png.");
}

Parsed<ChartOptions> readOptions(const QCommandLineParser& parser)
{
    ChartOptions options;
    for (const auto read : {readFiles, readSelection, readCharts, readSize, readTheme}) {
        const QString problem = read(parser, options);
        if (!problem.isEmpty())
            return {std::nullopt, problem};
    }
    return {options, {}};
}

/// The connection with most harm, else the first one with data, else the first.
ConnectionId mostTelling(const Trace& trace, const TraceDiagnosis& diagnosis)
{
    if (!diagnosis.headlines.empty())
        return diagnosis.headlines.front().connection;
    const auto hasData = [](const Connection& connection) {
        return connection.flow(Side::Client).payloadBytes + connection.flow(Side::Server).payloadBytes > 0;
    };
    const auto found = std::find_if(trace.connections.begin(), trace.connections.end(), hasData);
    return found == trace.connections.end() ? ConnectionId(0) : found->id;
}

Parsed<ConnectionId> chosenConnection(const Trace& trace, const TraceDiagnosis& diagnosis, const ChartOptions& options)
{
    if (options.connection) {
        if (options.connection->value < trace.connections.size())
            return {options.connection, {}};
        return {std::nullopt,
            QStringLiteral("There is no connection %1: the capture has %2, counted from 0.")
                .arg(options.connection->value)
                .arg(trace.connections.size())};
    }
    if (!options.reset)
        return {mostTelling(trace, diagnosis), {}};
    const auto found = std::find_if(
        trace.resets.begin(), trace.resets.end(), [&](const ResetRef& reset) { return reset.frame == *options.reset; });
    if (found != trace.resets.end())
        return {found->connection, {}};
    return {std::nullopt, QStringLiteral("Packet %1 is no TCP reset.").arg(options.reset->value)};
}

const Diagnosis* chosenDiagnosis(const ConnectionDiagnosis& diagnosis, const ChartOptions& options)
{
    if (!options.reset)
        return diagnosis.primary();
    const auto found = std::find_if(diagnosis.resets.begin(), diagnosis.resets.end(),
        [&](const Diagnosis& one) { return one.frame == *options.reset; });
    return found == diagnosis.resets.end() ? diagnosis.primary() : &*found;
}

QImage drawConnection(
    const Trace& trace, const TraceDiagnosis& traceDiagnosis, ConnectionId id, const ChartOptions& options)
{
    const Connection& connection = trace.connection(id);
    const Analysis analysis = analyzeConnection(connection);
    const ConnectionDiagnosis diagnosis = diagnoseConnection(*traceDiagnosis.context, connection, analysis);
    const Diagnosis* chosen = chosenDiagnosis(diagnosis, options);
    const ChartRequest request{trace, connection, analysis, storyDirection(connection, chosen), chosen};
    ChartImageRequest image = describeChartImage(request, options.kinds);
    image.size = options.size;
    image.scale = options.scale;
    image.theme = options.theme;
    if (!options.title.isEmpty())
        image.title.prepend(options.title);
    if (options.masksAddresses) {
        AddressMask mask = addressMask(connection);
        maskAddresses(mask, image);
    }
    return renderChartImage(image);
}

int writeChart(const ChartOptions& options, std::ostream& out, std::ostream& err)
{
    NoProgress progress;
    LoadOptions load;
    load.open.filter = options.filter;
    const Result<Trace> trace = loadTrace(nativeName(options.file), load, progress);
    if (!trace)
        return usageError(err, command, QString::fromStdString(sentenceFor(trace.error())));
    const TraceDiagnosis diagnosis = diagnoseTrace(*trace, progress);
    const Parsed<ConnectionId> id = chosenConnection(*trace, diagnosis, options);
    if (!id.value)
        return usageError(err, command, id.problem);
    const QByteArray png = encodePng(drawConnection(*trace, diagnosis, *id.value, options), options.scale);
    if (options.output == QStringLiteral("-")) {
        out.write(png.constData(), png.size());
        return exitDone;
    }
    const Result<qint64> written = writePicture(png, options.output);
    return written ? exitDone : usageError(err, command, QString::fromStdString(sentenceFor(written.error())));
}

} // namespace

int runChartCommand(const QStringList& arguments, std::ostream& out, std::ostream& err)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (const std::optional<int> status = parseCommand(parser, command, arguments, out, err))
        return *status;
    const Parsed<ChartOptions> options = readOptions(parser);
    if (!options.value)
        return usageError(err, command, options.problem);
    return writeChart(*options.value, out, err);
}

} // namespace whyrst
