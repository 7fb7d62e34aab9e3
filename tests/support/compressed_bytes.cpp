#include "tests/support/compressed_bytes.h"

#include <gtest/gtest.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

namespace whyrst::test {

Bytes gzipped(const Bytes& bytes)
{
    constexpr int gzipFormat = 16;
    constexpr int usualMemory = 8;
    z_stream stream{};
    EXPECT_EQ(
        deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + gzipFormat, usualMemory, Z_DEFAULT_STRATEGY), Z_OK);
    Bytes packed(deflateBound(&stream, bytes.size()));
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

Bytes zstdPacked(const Bytes& bytes)
{
    Bytes packed(ZSTD_compressBound(bytes.size()));
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    packed.resize(ZSTD_compress2(context, packed.data(), packed.size(), bytes.data(), bytes.size()));
    ZSTD_freeCCtx(context);
    return packed;
}

Bytes lz4Packed(const Bytes& bytes)
{
    LZ4F_preferences_t preferences{};
    preferences.frameInfo.blockSizeID = LZ4F_max64KB;
    preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
    preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled;
    Bytes packed(LZ4F_compressFrameBound(bytes.size(), &preferences));
    packed.resize(LZ4F_compressFrame(packed.data(), packed.size(), bytes.data(), bytes.size(), &preferences));
    return packed;
}

} // namespace whyrst::test
