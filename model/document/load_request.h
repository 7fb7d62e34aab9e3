// What a person asked to open.
#pragma once

#include "model/diagnosis/diagnosis_settings.h"
#include "model/ids.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace whyrst {

/// The window scale of one side of a connection whose SYN was not captured.
struct GivenWindowScale
{
    ConnectionId connection;
    Side side = Side::Client;
    uint8_t scale = 0; ///< at most 14

    friend bool operator==(const GivenWindowScale&, const GivenWindowScale&) = default;
};

/// What a person knows better than the capture shows.
struct LoadChoices
{
    bool keepDuplicates = false; ///< packets that were recorded twice count twice
    DiagnosisSettings diagnosis{};
    std::vector<ConnectionId> swapped{};          ///< connections whose client is the other side
    std::vector<GivenWindowScale> windowScales{}; ///< by the sides after `swapped`

    friend bool operator==(const LoadChoices&, const LoadChoices&) = default;
};

/// Files to read as one trace in order of time, or an interface to capture from.
struct LoadRequest
{
    QStringList files;          ///< "-": standard input; not used with an interface
    QString captureInterface{}; ///< empty: read files
    QString filter{};           ///< BPF expression; empty: every packet
    LoadChoices choices{};
    bool isAgain = false; ///< what is shown stays as it is until all is read

    bool isEmpty() const { return files.isEmpty() && captureInterface.isEmpty(); }
    /// Packets come from an interface.
    bool isLive() const { return !captureInterface.isEmpty(); }
    /// Nobody knows how much is to come: an interface, a pipe or a terminal is read.
    bool isGrowing() const;
    /// A short name for titles and progress: "upload.pcap", "upload.pcap and 2 others", "standard input", "eth0".
    QString name() const;
};

} // namespace whyrst
