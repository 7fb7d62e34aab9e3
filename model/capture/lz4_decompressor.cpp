#include "model/capture/decompressor.h"

#include <algorithm>
#include <lz4frame.h>
#include <new>

namespace whyrst {

namespace {

class Lz4Decompressor final : public Decompressor
{
public:
    Lz4Decompressor()
    {
        LZ4F_dctx* context = nullptr;
        if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
            throw std::bad_alloc();
        m_context.reset(context);
    }

    Step unpack(std::span<const std::byte> packed, std::span<std::byte> unpacked) override
    {
        size_t consumed = std::min(packed.size(), m_expected);
        size_t produced = unpacked.size();
        const size_t hint
            = LZ4F_decompress(m_context.get(), unpacked.data(), &produced, packed.data(), &consumed, nullptr);
        if (LZ4F_isError(hint))
            return {.damage = LZ4F_getErrorName(hint)};
        m_expected = std::max(hint, smallestStep);
        m_isBetweenFrames = hint == 0 || (m_isBetweenFrames && consumed == 0);
        return {.consumed = consumed, .produced = produced, .damage = {}};
    }
    bool isBetweenFrames() const override { return m_isBetweenFrames; }
    const char* name() const override { return "lz4"; }

private:
    // The library forgets what a failing step has unpacked, so a step is what it asks for: one block.
    static constexpr size_t smallestStep = 4; // the length before a block

    struct Free
    {
        void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
    };

    std::unique_ptr<LZ4F_dctx, Free> m_context;
    size_t m_expected = smallestStep;
    bool m_isBetweenFrames = false;
};

} // namespace

std::unique_ptr<Decompressor> makeLz4Decompressor()
{
    return std::make_unique<Lz4Decompressor>();
}

} // namespace whyrst
