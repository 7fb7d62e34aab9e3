// A named pipe that a test fills bit by bit, and captures cut between two packets to fill it with.
#pragma once

#include "tests/support/packet_bytes.h"

#include <string>

namespace whyrst::test {

/// Grows until it is closed. Little enough must be in it at a time for the system to keep (64 KiB).
class GrowingPipe
{
public:
    GrowingPipe();
    GrowingPipe(const GrowingPipe&) = delete;
    GrowingPipe& operator=(const GrowingPipe&) = delete;
    ~GrowingPipe();

    const std::string& path() const { return m_path; }
    void write(const Bytes& bytes) const;
    /// The reader reaches the end.
    void close();

private:
    std::string m_folder;
    std::string m_path;
    int m_descriptor = -1;
};

/// A little-endian pcap file in two parts: up to packet `count`, and the rest.
struct CutCapture
{
    CutCapture(const std::string& file, size_t count);

    Bytes begin;
    Bytes rest;
};

} // namespace whyrst::test
