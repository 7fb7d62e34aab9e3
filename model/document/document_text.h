// Words that lists, tables and the panel share: facts of the model as a person reads them.
#pragma once

#include "model/diagnosis/diagnosis.h"
#include "model/document/open_trace.h"
#include "model/tcp/connection.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <string>

namespace whyrst {

/// UTF-8 to QString. File names and addresses come as std::string from the model.
QString toQString(const std::string& text);
QString toQString(const char* text);

/// How many: "1,448", with the digits in groups as in the texts of the model.
QString countText(uint64_t count);

/// `plain` for a tool tip: tool tips guess whether a text is HTML, and texts about a capture must never be.
QString toolTipText(const QString& plain);

/// "10.0.0.1:40312 → 10.0.0.2:443", client first.
QString endpointsText(const Connection& connection);

/// "handshake", "joined midway", "never answered", "refused".
QString openedWords(Opened opened);
/// "closed (FIN)", "reset", "still open", "silent death".
QString endedWords(Ended ended);
/// "data lost", "could not connect", "harmless", "harm unclear".
QString harmWords(Harm harm);
/// "certain", "likely", "possible"; "not known" without confidence.
QString confidenceWords(const std::optional<Confidence>& confidence);

/// Who ended it, from the reset's address: "RST from server 10.0.0.2:443". Without RST: "ended without a reset".
QString whoWords(const Connection& connection, const Headline& headline);
/// The same with what is known of the true sender: "a box in the name of server 10.0.0.2:443 ...".
QString whoWords(const Connection& connection, const Diagnosis& diagnosis);

/// The full diagnosis of a connection, made now; nothing when the diagnosis was stopped before it, and for connections
/// so long that a person would have to wait.
std::optional<ConnectionDiagnosis> diagnosisOnDemand(const OpenTrace& open, ConnectionId id);

/// The sentences of the headline that answers for a connection, made by `diagnosisOnDemand`; empty without it and
/// without headline.
QString summaryText(const OpenTrace& open, ConnectionId id);

/// Bytes with a unit of powers of 1000: "980 B", "12.4 kB", "3.10 MB".
QString bytesText(uint64_t bytes);

/// "#46", or "no RST" for the packet number 0.
QString frameText(PacketNumber frame);

/// Seconds since `origin` with microseconds: "12.773104".
QString sinceText(Timestamp time, Timestamp origin);

/// "human" words of the model for a duration, as QString.
QString durationText(Duration duration);

/// A capture's missing fact as a sentence part: "only one direction was captured".
QString missingWords(Missing missing);

} // namespace whyrst
