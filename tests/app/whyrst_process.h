// Runs the program as a person at a terminal does.
#pragma once

#include <QByteArray>
#include <QStringList>

#include <functional>

namespace whyrst {

/// What a run of the program gave.
struct ProcessResult
{
    int status = -1;
    QByteArray out;
    QByteArray err;
};

/// Runs whyrst without a display; `input` is its standard input.
ProcessResult runWhyrst(const QStringList& arguments, const QByteArray& input = QByteArray());

/// Runs any program in the same way; `inChild` is called in its process before it starts.
ProcessResult runProgram(const QString& program, const QStringList& arguments, const QByteArray& input,
    const std::function<void()>& inChild = nullptr);

/// Path of a file in the source tree.
QString sourceFile(const QString& path);

/// Path of a capture of the small set: "teardown.both-fins-then-rst--1/client.pcap".
QString labCapture(const QString& path);

/// The capture of the start page.
QString sampleCapture();

/// Whether `text` is one line that ends with a full stop: what every error must be.
bool isOneSentence(const QByteArray& text);

} // namespace whyrst
