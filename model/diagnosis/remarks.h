// What the rest of the capture, or what did not happen, adds to an answer.
#pragma once

#include "model/diagnosis/reset_context.h"

#include <string>
#include <vector>

namespace whyrst {

/// Whether the cause is about bytes that did not get through.
bool isAboutStuckData(CauseId cause);

/// Adds which bytes are lost at most (diagnosis.md 4.2), what would have helped (4.3) and which options were refused.
void addRemarks(Diagnosis& diagnosis, const ResetContext& reset);

/// What a program said shortly before the end.
struct SaidBefore
{
    Side side = Side::Client;
    std::string text;
    PacketNumber frame;
    Duration before{};
};

/// The messages of both sides in the 10 s before the RST or the end that say that a program will not go on, the
/// client's first.
std::vector<SaidBefore> saidBefore(const ResetContext& reset);

/// Adds what the programs said just before, and a code that the RST may bear (diagnosis.md 4.4).
void addLastWords(Diagnosis& diagnosis, const ResetContext& reset);

/// Adds what happened on other connections at the same time (diagnosis.md 4.8), and whether they died at the same bytes
/// (4.6). Looks at some 500 connections that began shortly before or after this one.
void addRemarksFromOthers(Diagnosis& diagnosis, const ResetContext& reset);

} // namespace whyrst
