// Opens a capture of any format that we read and walks over its packets.
#pragma once

#include "model/capture/capture_details.h"
#include "model/capture/capture_note.h"
#include "model/capture/merged_frames.h"
#include "model/capture/open_options.h"
#include "model/capture/packet.h"
#include "model/result.h"

#include <memory>
#include <string>
#include <vector>

namespace whyrst {

/// What one step of a reader gave.
enum class ReadStep : uint8_t
{
    Packet,
    NothingYet, ///< a growing source (pipe, interface) had nothing for about 50 ms, or a filter let nothing through for
                ///< long: call again
    End,        ///< the file is complete, cut or damaged: `notes()` says which
};

/// Walks over the packets of one capture in file order.
class CaptureReader
{
public:
    virtual ~CaptureReader() = default;

    /// Reads the next packet. `packet` is set only by ReadStep::Packet; its bytes are valid until the next call.
    /// After End follows End.
    virtual ReadStep next(Packet& packet) = 0;

    /// The memory of the packet given last. Who holds it keeps the bytes of all packets given from it valid; null: they
    /// are valid until the next call only.
    virtual const std::shared_ptr<std::byte[]>& memory() const
    {
        static const std::shared_ptr<std::byte[]> none;
        return none;
    }

    /// Name of the format: "pcap (us)", "pcap (ns)", "pcapng".
    virtual std::string formatName() const = 0;

    /// Link types of the interfaces that were described so far, without repetition, in order of appearance.
    virtual std::vector<LinkType> linkTypes() const = 0;

    /// Notes of the container itself (cut, damaged, drop counters); complete once `next` has given End.
    virtual std::vector<CaptureNote> notes() const = 0;

    /// Packets that the capture says were dropped while capturing (pcapng isb_ifdrop, isb_osdrop, epb_dropcount).
    virtual uint64_t droppedByCapture() const = 0;

    /// Comments, names and times that the container holds; complete once `next` has given End.
    virtual CaptureDetails details() const { return {}; }

    /// Where the packets are when several files are read as one.
    virtual MergedFrames mergedFrames() const { return {}; }

    /// Bytes of the file read so far, and its size (0 when unknown, as for a pipe); compressed as it is.
    virtual uint64_t position() const = 0;
    virtual uint64_t size() const = 0;
};

/// Opens `path` ("-": standard input) and recognises the format by content.
///
/// Waits for the first bytes of a pipe. Errors: CannotOpen, IsDirectory, Empty, NotACapture, ForeignCapture,
/// Compressed, UnsupportedVersion, Damaged, ReadFailed, BadFilter, Cancelled.
Result<std::unique_ptr<CaptureReader>> openCapture(const std::string& path, const OpenOptions& options = {});

/// libpcap's name of a link type, such as "EN10MB"; "LINKTYPE_n" when it has none.
std::string linkTypeName(LinkType type);

} // namespace whyrst
