#include "model/document/load_request.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace whyrst {
namespace {

const QString standardInput = QStringLiteral("-");

bool isGrowingFile(const QString& file)
{
    namespace fs = std::filesystem;
    std::error_code ignored;
    const fs::file_status status
        = fs::status(file == standardInput ? "/dev/stdin" : QFile::encodeName(file).toStdString(), ignored);
    return fs::is_fifo(status) || fs::is_socket(status) || fs::is_character_file(status);
}

} // namespace

bool LoadRequest::isGrowing() const
{
    return isLive() || std::ranges::any_of(files, isGrowingFile);
}

QString LoadRequest::name() const
{
    if (isLive() || files.isEmpty())
        return captureInterface;
    const QString first = files.front() == standardInput ? QCoreApplication::translate("LoadRequest", "standard input")
                                                         : QFileInfo(files.front()).fileName();
    if (files.size() == 1)
        return first;
    return QCoreApplication::translate("LoadRequest", "%1 and %n other(s)", nullptr, static_cast<int>(files.size()) - 1)
        .arg(first);
}

} // namespace whyrst
