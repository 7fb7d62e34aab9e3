#include "tests/app/whyrst_process.h"

#include <QProcess>

namespace whyrst {

ProcessResult runWhyrst(const QStringList& arguments, const QByteArray& input)
{
    return runProgram(QStringLiteral(WHYRST_PROGRAM), arguments, input);
}

ProcessResult runProgram(
    const QString& program, const QStringList& arguments, const QByteArray& input, const std::function<void()>& inChild)
{
    constexpr int timeoutMs = 120'000; // sanitizers on a busy machine
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* variable : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment.remove(QString::fromLatin1(variable));
    process.setProcessEnvironment(environment);
    process.setChildProcessModifier(inChild);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    const bool finished = process.waitForFinished(timeoutMs) && process.exitStatus() == QProcess::NormalExit;
    ProcessResult result;
    result.status = finished ? process.exitCode() : -1;
    result.out = process.readAllStandardOutput();
    result.err = process.readAllStandardError();
    return result;
}

QString sourceFile(const QString& path)
{
    return QStringLiteral(WHYRST_SOURCE_DIR "/") + path;
}

QString labCapture(const QString& path)
{
    return sourceFile(QStringLiteral("tests/traces/lab/") + path);
}

QString sampleCapture()
{
    return sourceFile(QStringLiteral("resources/samples/upload-stalls.pcapng"));
}

bool isOneSentence(const QByteArray& text)
{
    return text.endsWith(".\n") && text.count('\n') == 1;
}

} // namespace whyrst
