// The diagnosis as text for people: what a terminal shows.
#pragma once

#include "model/diagnosis/diagnosis.h"
#include "model/tcp/trace.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace whyrst {

/// One line about the capture itself, and one for each of its notes.
std::string captureText(const CaptureInfo& capture);

/// What is said of the causes that are not the answer.
enum class OtherCauses : uint8_t
{
    Named,    ///< each in a line
    Explained ///< the nearest with the conditions of their rules
};

/// A connection's diagnoses: a heading, then each RST (or the death) with cause, chain, actions and alternatives.
///
/// RSTs that follow from another one take one line. Times are seconds since the capture's first packet, as Wireshark
/// counts them. Ends with a line feed.
std::string connectionText(const CaptureInfo& capture, const Connection& connection,
    const ConnectionDiagnosis& diagnosis, OtherCauses others = OtherCauses::Named);

/// The closing line of a capture with `count` connections of which nothing is to be said: "12 connections without a
/// finding."
std::string quietConnectionsText(size_t count, size_t findings);

/// A line for findings that are too many to be told one by one: how many of each cause.
std::string otherFindingsText(const std::map<CauseId, uint64_t>& counts);

/// Breaks `text` into lines of at most `width` characters; every line but the first begins with `indent` spaces.
std::string wrapped(const std::string& text, size_t indent, size_t width = 100);

} // namespace whyrst
