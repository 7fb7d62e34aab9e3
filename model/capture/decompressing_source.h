// The unpacked bytes of a compressed file, unpacked as they are read.
#pragma once

#include "model/capture/decompressor.h"
#include "model/capture/record_buffer.h"

namespace whyrst {

/// Reads the file in `packed`, which stands at its first byte, through a decompressor. Size and position are those of
/// the file, so that they tell how far the reading is. What was unpacked before damage or a cut is given before the
/// failure is told.
class DecompressingSource final : public ByteSource
{
public:
    DecompressingSource(RecordBuffer packed, std::unique_ptr<Decompressor> decompressor);

    std::optional<size_t> read(std::span<std::byte> into) override;
    std::optional<SourceFailure> failure() const override { return m_failure; }
    uint64_t size() const override { return m_packed.size(); }
    uint64_t position() const override { return m_packed.position(); }

private:
    std::optional<size_t> endOfFile();
    void fail(SourceFailure::Kind kind, const std::string& reason);
    std::span<const std::byte> peekPacked();

    RecordBuffer m_packed;
    std::unique_ptr<Decompressor> m_decompressor;
    bool m_holdsMore = false; ///< the last step filled its output
    std::optional<SourceFailure> m_failure;
};

} // namespace whyrst
