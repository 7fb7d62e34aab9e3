// One TCP segment as the store gives it back: numbers unwrapped, nothing interpreted.
#pragma once

#include "model/capture/packet.h"
#include "model/packet/headers.h"
#include "model/tcp/seq_num.h"

namespace whyrst {

/// A SACK block in the stream offsets of the flow that it acknowledges: [left, right).
struct SackBlock
{
    StreamOffset left;
    StreamOffset right;

    friend bool operator==(const SackBlock&, const SackBlock&) = default;
};

/// A captured segment of one flow. `seq` lives in the sequence space of its flow, `ack` in that of the other flow.
struct Segment
{
    PacketNumber frame;
    Timestamp time;
    StreamOffset seq;           ///< SEG.SEQ
    StreamOffset ack;           ///< SEG.ACK; without the ACK flag the other flow's offset 0
    uint32_t payloadLength = 0; ///< bytes of data
    uint16_t rawWindow = 0;     ///< SEG.WND, unscaled
    TcpFlags flags;
    bool hasTimestamps = false;
    Timestamps timestamps;
    bool hasIpId = false;
    uint16_t ipId = 0;
    uint16_t headerLength = 0; ///< IP and TCP headers, a multiple of 4 up to 1020
    uint8_t ttl = 0;
    ChecksumClass checksumClass = ChecksumClass::NotChecked;
    HostDirection direction = HostDirection::Unknown;
    bool isTlsAlert = false;         ///< its data is one TLS alert record by its length; see isTlsAlertRecord()
    bool isContentCut = false;       ///< too little of its data was captured to tell a TLS alert; see isContentCut()
    bool isCaptureDuplicate = false; ///< the same packet was recorded just before (diagnosis.md 2.9)
    uint8_t sackBlockCount = 0;
    uint32_t sackIndex = 0; ///< of the first block in its flow's table

    /// SEG.LEN: data bytes plus one each for SYN and FIN (RFC 9293 3.4).
    int64_t segLen() const { return int64_t{payloadLength} + (flags.syn() ? 1 : 0) + (flags.fin() ? 1 : 0); }
    /// The offset after the segment's last byte.
    StreamOffset end() const { return seq + segLen(); }
    /// Where the data begins: after the SYN, when there is one (data in a SYN: RFC 7413).
    StreamOffset dataBegin() const { return seq + (flags.syn() ? 1 : 0); }
    StreamOffset dataEnd() const { return dataBegin() + payloadLength; }
    /// IP total length on the wire in bytes.
    uint32_t wireLength() const { return headerLength + payloadLength; }
    /// An acknowledgment without data, SYN, FIN or RST.
    bool isPureAck() const { return flags.ack() && !flags.syn() && !flags.fin() && !flags.rst() && payloadLength == 0; }
};

} // namespace whyrst
