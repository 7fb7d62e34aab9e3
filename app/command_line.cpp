#include "app/command_line.h"

#include "model/diagnosis/diagnosis_settings.h"

#include <QFile>

#include <algorithm>
#include <cmath>

namespace whyrst {

namespace {

/// Some of Qt's messages end with a full stop, some do not.
QString asSentence(QString text)
{
    text = text.trimmed().replace(u'\n', u' ');
    return text.endsWith(u'.') ? text : text + u'.';
}

/// File names may hold line feeds and worse: an error stays one line.
QString withoutControls(QString text)
{
    for (QChar& character : text) {
        if (character.category() == QChar::Other_Control)
            character = u'?';
    }
    return text;
}

/// Qt's help begins with "Usage: PATH [options] ...": the path gives way to what a person types.
QString helpOf(const QCommandLineParser& parser, const QString& command)
{
    const QString help = parser.helpText();
    const qsizetype optionsAt = help.indexOf(QStringLiteral(" [options]"));
    return QStringLiteral("Usage: whyrst ") + command + help.mid(std::max<qsizetype>(optionsAt, 0));
}

} // namespace

void describeCommand(QCommandLineParser& parser, const QString& description)
{
    parser.setApplicationDescription(description);
    parser.addOption({{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("Show this help.")});
}

std::optional<int> parseCommand(QCommandLineParser& parser, const QString& command, const QStringList& arguments,
    std::ostream& out, std::ostream& err)
{
    const bool understood = parser.parse(QStringList(QStringLiteral("whyrst")) + arguments);
    if (!understood)
        return usageError(err, command, asSentence(parser.errorText()));
    if (!parser.isSet(QStringLiteral("help")))
        return std::nullopt;
    out << helpOf(parser, command).toStdString();
    return exitDone;
}

QCommandLineOption filterOption()
{
    return {QStringLiteral("filter"),
        QStringLiteral("Only packets that match this expression, written as for tcpdump; their numbers stay."),
        QStringLiteral("BPF")};
}

std::string filterOf(const QCommandLineParser& parser)
{
    return parser.value(QStringLiteral("filter")).toStdString();
}

QCommandLineOption thresholdOption()
{
    return {QStringLiteral("threshold"),
        QStringLiteral("Another threshold for this call: re-sends=N, closed-window=SECONDS or idle=SECONDS; "
                       "whyrst diagnose --explain tells what they are."),
        QStringLiteral("NAME=VALUE")};
}

QString readThresholds(const QCommandLineParser& parser, DiagnosisSettings& settings)
{
    for (const QString& setting : parser.values(QStringLiteral("threshold"))) {
        const QString name = setting.section(u'=', 0, 0);
        const SettableThreshold* threshold = findThreshold(name.toStdString());
        if (!threshold)
            return QStringLiteral("\"%1\" is no threshold that can be set: use re-sends, closed-window or idle, "
                                  "as in idle=10.")
                .arg(name);
        bool isNumber = false;
        const double value = setting.section(u'=', 1).toDouble(&isNumber);
        const bool isWhole = *threshold->unit == 0;
        const bool isInRange = value >= threshold->least && value <= threshold->most; // NaN is not
        if (!isNumber || !isInRange || (isWhole && value != std::floor(value)))
            return QStringLiteral("--threshold %1 takes a %2 from %3 to %4.")
                .arg(name, isWhole ? QStringLiteral("whole number") : QStringLiteral("number"))
                .arg(threshold->least)
                .arg(threshold->most);
        threshold->set(settings, value);
    }
    return {};
}

QCommandLineOption titleOption()
{
    return QCommandLineOption(QStringLiteral("title"),
        QStringLiteral("A line of your own above the picture, such as the number of a ticket."),
        QStringLiteral("TEXT"));
}

QString titleOf(const QCommandLineParser& parser)
{
    return parser.value(QStringLiteral("title")).simplified();
}

QCommandLineOption maskOption()
{
    return QCommandLineOption(QStringLiteral("mask-addresses"),
        QStringLiteral(
            "Put names in the place of all addresses in the picture: A is the client, B the server, NAT what "
            "a box on the path made of one of them. Ports and names of hosts stay."));
}

bool masksAddresses(const QCommandLineParser& parser)
{
    return parser.isSet(QStringLiteral("mask-addresses"));
}

int usageError(std::ostream& err, const QString& command, const QString& sentence)
{
    const QString program = command.isEmpty() ? QStringLiteral("whyrst") : QStringLiteral("whyrst ") + command;
    err << withoutControls(program + QStringLiteral(": ") + sentence).toStdString() << '\n';
    return exitUsage;
}

std::string nativeName(const QString& file)
{
    return QFile::encodeName(file).toStdString();
}

} // namespace whyrst
