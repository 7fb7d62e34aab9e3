#include "model/capture/decompressor.h"

#include <algorithm>
#include <limits>
#include <new>
#include <zlib.h>

namespace whyrst {

namespace {

class GzipDecompressor final : public Decompressor
{
public:
    GzipDecompressor()
    {
        constexpr int gzipOnly = 16; // added to the window bits, zlib.h
        if (inflateInit2(&m_stream, MAX_WBITS + gzipOnly) != Z_OK)
            throw std::bad_alloc();
    }
    GzipDecompressor(const GzipDecompressor&) = delete;
    GzipDecompressor& operator=(const GzipDecompressor&) = delete;
    ~GzipDecompressor() override { inflateEnd(&m_stream); }

    Step unpack(std::span<const std::byte> packed, std::span<std::byte> unpacked) override
    {
        m_stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data())); // zlib only reads
        m_stream.avail_in = lengthOf(packed.size());
        m_stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
        m_stream.avail_out = lengthOf(unpacked.size());
        const int status = inflate(&m_stream, Z_NO_FLUSH);
        Step step{
            .consumed = lengthOf(packed.size()) - m_stream.avail_in,
            .produced = lengthOf(unpacked.size()) - m_stream.avail_out,
            .damage = status == Z_OK || status == Z_BUF_ERROR || status == Z_STREAM_END ? "" : reasonOf(status),
        };
        m_isBetweenFrames = status == Z_STREAM_END || (m_isBetweenFrames && step.consumed == 0);
        if (status == Z_STREAM_END)
            inflateReset(&m_stream);
        return step;
    }
    bool isBetweenFrames() const override { return m_isBetweenFrames; }
    const char* name() const override { return "gzip"; }

private:
    static uInt lengthOf(size_t size)
    {
        return static_cast<uInt>(std::min<size_t>(size, std::numeric_limits<uInt>::max()));
    }
    std::string reasonOf(int status) const { return m_stream.msg ? m_stream.msg : zError(status); }

    z_stream m_stream{};
    bool m_isBetweenFrames = false;
};

} // namespace

std::unique_ptr<Decompressor> makeGzipDecompressor()
{
    return std::make_unique<GzipDecompressor>();
}

} // namespace whyrst
