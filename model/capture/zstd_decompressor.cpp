#include "model/capture/decompressor.h"

#include <algorithm>
#include <new>
#include <zstd.h>

namespace whyrst {

namespace {

class ZstdDecompressor final : public Decompressor
{
public:
    ZstdDecompressor()
    {
        constexpr int windowBits = 27; // 128 MiB, what "zstd --ultra" needs; a frame may ask for far more
        if (!m_context || ZSTD_isError(ZSTD_DCtx_setParameter(m_context.get(), ZSTD_d_windowLogMax, windowBits)))
            throw std::bad_alloc();
    }

    Step unpack(std::span<const std::byte> packed, std::span<std::byte> unpacked) override
    {
        ZSTD_inBuffer in{.src = packed.data(), .size = std::min(packed.size(), m_expected), .pos = 0};
        ZSTD_outBuffer out{.dst = unpacked.data(), .size = unpacked.size(), .pos = 0};
        const size_t hint = ZSTD_decompressStream(m_context.get(), &out, &in);
        m_expected = std::max(hint, smallestStep);
        m_isBetweenFrames = hint == 0 || (m_isBetweenFrames && in.pos == 0);
        return {.consumed = in.pos, .produced = out.pos, .damage = ZSTD_isError(hint) ? ZSTD_getErrorName(hint) : ""};
    }
    bool isBetweenFrames() const override { return m_isBetweenFrames; }
    const char* name() const override { return "zstd"; }

private:
    // The library forgets what a failing step has unpacked, so a step is what it asks for: one block.
    static constexpr size_t smallestStep = 16; // holds the header of a frame

    struct Free
    {
        void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    };

    std::unique_ptr<ZSTD_DCtx, Free> m_context{ZSTD_createDCtx()};
    size_t m_expected = smallestStep;
    bool m_isBetweenFrames = false;
};

} // namespace

std::unique_ptr<Decompressor> makeZstdDecompressor()
{
    return std::make_unique<ZstdDecompressor>();
}

} // namespace whyrst
