// A view as a file, to go on with it later or to send it to somebody who has the capture.
#pragma once

#include "model/document/load_request.h"

#include <QByteArray>
#include <QString>

#include <optional>
#include <vector>

namespace whyrst {

/// What is shown of a capture. The file holds nothing of the capture's content but names and a fingerprint.
struct SavedView
{
    /// A capture file: where it was, and by what it is known again.
    struct File
    {
        QString path;
        qint64 size = 0;
        QByteArray fingerprint; ///< SHA-256 of the first MiB, in hexadecimal digits

        friend bool operator==(const File&, const File&) = default;
    };

    std::vector<File> files;
    QString filter;
    LoadChoices choices; ///< without thresholds, which are of a session
    ConnectionId connection;
    std::optional<PacketNumber> reset; ///< the RST that is explained
    PacketNumber packet;               ///< the selected one; 0: none
    Side direction = Side::Client;
    Duration begin{}; ///< of the charts, since the connection's first packet
    Duration end{};
};

/// A capture file as it is now; nothing when it cannot be read.
std::optional<SavedView::File> fingerprintOf(const QString& path);

/// The view as JSON.
QByteArray toJson(const SavedView& view);
/// Nothing when it is no view, or holds what no view can hold.
std::optional<SavedView> viewFromJson(const QByteArray& json);

/// Whether a file is a view by its name.
bool isViewFile(const QString& path);
/// The captures of a view: beside the view's file in `folder`, else where they were. On failure `missing` is the name
/// of the one that is not there or has another content.
std::optional<QStringList> findCaptures(const SavedView& view, const QString& folder, QString& missing);

} // namespace whyrst
