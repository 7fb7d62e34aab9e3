// `whyrst compare --good ID --bad ID`: two different connections, one that works and one that fails.
#pragma once

#include "model/diagnosis/diagnosis_settings.h"

#include <QStringList>

#include <optional>
#include <ostream>
#include <string>

namespace whyrst {

/// What the command does once its options are known.
struct ContrastRun
{
    QStringList files;            ///< one capture, or that of the good connection and that of the bad one
    std::optional<uint32_t> good; ///< number of the connection; nothing: the only one of its capture
    std::optional<uint32_t> bad;
    bool asJson = false;
    QString picture;             ///< file of the PNG to write instead; empty: none
    QString title;               ///< of the picture, a line of the user's own; may be empty
    bool masksAddresses = false; ///< in the picture
    std::string filter;
    DiagnosisSettings settings;
};

/// Gives the exit status.
int runContrast(const ContrastRun& run, std::ostream& out, std::ostream& err);

} // namespace whyrst
