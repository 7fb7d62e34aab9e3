#include "app/window_options.h"

#include "app/command_line.h"
#include "model/capture/filtered_reader.h"

namespace whyrst {

std::optional<int> parseWindowOptions(
    const QStringList& arguments, LoadRequest& request, std::ostream& out, std::ostream& err)
{
    const QString live = QStringLiteral("interface");
    QCommandLineParser parser;
    describeCommand(parser, QStringLiteral("Opens captures in the window."));
    parser.addOption({{QStringLiteral("i"), live}, QStringLiteral("Capture from this interface."), live.toUpper()});
    parser.addOption(filterOption());
    parser.addPositionalArgument(QStringLiteral("FILE"), QStringLiteral("A capture; \"-\": standard input."));
    if (const auto status = parseCommand(parser, QString(), arguments, out, err))
        return status;
    request = {parser.positionalArguments(), parser.value(live), parser.value(QStringLiteral("filter"))};
    if (request.isLive() && !request.files.isEmpty())
        return usageError(err, QString(),
            QStringLiteral("Either capture from \"%1\" or open files, not both.").arg(request.captureInterface));
    if (const auto error = request.filter.isEmpty() ? std::nullopt : checkFilter(request.filter.toStdString(), {}))
        return usageError(err, QString(), QString::fromStdString(sentenceFor(*error)));
    return std::nullopt;
}

} // namespace whyrst
