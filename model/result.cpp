#include "model/result.h"

namespace whyrst {

namespace {

std::string withReason(const std::string& sentence, const std::string& reason)
{
    return reason.empty() ? sentence : sentence + " (" + reason + ")";
}

std::string what(const Error& error)
{
    const std::string file = error.file == "-" ? "Standard input" : error.file;
    switch (error.code) {
    case ErrorCode::CannotOpen:
        return withReason("Cannot open " + file, error.detail) + ": check the name and your permission to read it.";
    case ErrorCode::IsDirectory:
        return file + " is a folder: name a capture file.";
    case ErrorCode::Empty:
        return file + " is empty: capture again, or check that it was copied completely.";
    case ErrorCode::NotACapture:
        return withReason(file + " is no pcap or pcapng capture", error.detail)
            + ": save the packets as pcapng or pcap.";
    case ErrorCode::ForeignCapture:
        return file + " is " + error.detail
            + ", which opens only where Wireshark's editcap is installed and knows it: save the packets as pcapng.";
    case ErrorCode::Compressed:
        return file + " is compressed with " + error.detail + ": unpack it first.";
    case ErrorCode::Damaged:
        return withReason(file + " is damaged at byte " + std::to_string(error.offset), error.detail)
            + ": nothing before it could be read; copy or capture it again.";
    case ErrorCode::UnsupportedVersion:
        return withReason(file + " has a format version that is not known", error.detail)
            + ": save it again as pcapng.";
    case ErrorCode::ReadFailed:
        return withReason("Reading " + file + " failed at byte " + std::to_string(error.offset), error.detail)
            + ": check the disk or the network share.";
    case ErrorCode::NoTcp:
        return withReason(file + " holds no TCP packet", error.detail) + ": check the capture filter.";
    case ErrorCode::CannotWrite:
        return withReason("Cannot write " + file, error.detail) + ": check the folder and the free space.";
    case ErrorCode::NotFound:
        return file + " has no " + error.detail + ": run \"whyrst diagnose\" on it to list what it has.";
    case ErrorCode::BadFilter:
        return "The filter " + error.detail + ": write it as for tcpdump, such as \"host 192.0.2.1 and tcp port 443\".";
    case ErrorCode::CannotCapture:
        return "Cannot capture on " + error.file + ": " + error.detail + ".";
    case ErrorCode::Cancelled:
        return "Reading " + file + " was cancelled.";
    }
    return file + " cannot be used.";
}

} // namespace

std::string sentenceFor(const Error& error)
{
    return what(error);
}

} // namespace whyrst
