// The window in which records lie in one piece.
#include "model/capture/record_buffer.h"
#include "tests/support/packet_bytes.h"

#include <gtest/gtest.h>

namespace whyrst::test {
namespace {

/// Gives a few bytes at a time, as a pipe does.
class TricklingSource final : public ByteSource
{
public:
    TricklingSource(Bytes bytes, size_t step)
        : m_bytes(std::move(bytes))
        , m_step(step)
    {
    }
    std::optional<size_t> read(std::span<std::byte> into) override
    {
        const size_t count = std::min({m_step, into.size(), m_bytes.size() - m_at});
        std::copy_n(m_bytes.begin() + static_cast<std::ptrdiff_t>(m_at), count, into.begin());
        m_at += count;
        return count;
    }
    std::optional<SourceFailure> failure() const override { return std::nullopt; }
    uint64_t size() const override { return 0; }
    uint64_t position() const override { return m_at; }

private:
    Bytes m_bytes;
    size_t m_step;
    size_t m_at = 0;
};

RecordBuffer trickle(const Bytes& bytes, size_t step)
{
    return RecordBuffer(std::make_unique<TricklingSource>(bytes, step));
}

Bytes copyOf(std::span<const std::byte> view)
{
    return Bytes(view.begin(), view.end());
}

TEST(RecordBuffer, WaitsUntilTheRecordIsThere)
{
    RecordBuffer buffer = trickle(textBytes("0123456789"), 3);

    EXPECT_EQ(copyOf(buffer.peek(8)), textBytes("01234567"));
}

TEST(RecordBuffer, GivesWhatIsLeftAtTheEnd)
{
    RecordBuffer buffer = trickle(textBytes("0123"), 3);
    buffer.peek(2);
    buffer.consume(2);

    EXPECT_EQ(copyOf(buffer.peek(100)), textBytes("23"));
}

TEST(RecordBuffer, AllocatesOnlyForBytesThatArrive)
{
    constexpr size_t moreThanAnyMachineHas = size_t{1} << 50;
    RecordBuffer buffer = trickle(textBytes("0123"), 4);

    EXPECT_EQ(copyOf(buffer.peek(moreThanAnyMachineHas)), textBytes("0123"));
}

TEST(RecordBuffer, HoldsARecordLongerThanABlock)
{
    const Bytes bytes(3'000'000, std::byte{9});
    RecordBuffer buffer = trickle(bytes, 700'001);

    EXPECT_EQ(copyOf(buffer.peek(bytes.size())), bytes);
}

TEST(RecordBuffer, SkipsOverWhatWasNotRead)
{
    RecordBuffer buffer = trickle(Bytes(2'000'000) + textBytes("end"), 65536);

    EXPECT_EQ(buffer.skip(2'000'000), 2'000'000u);
    EXPECT_EQ(buffer.position(), 2'000'000u);
    EXPECT_EQ(copyOf(buffer.peek(3)), textBytes("end"));
}

TEST(RecordBuffer, SaysWhenTheEndComesBeforeTheSkipIsDone)
{
    RecordBuffer buffer = trickle(textBytes("0123"), 4);

    EXPECT_EQ(buffer.skip(5), 4u);
    EXPECT_TRUE(buffer.hasEnded());
    EXPECT_EQ(buffer.position(), 4u);
}

} // namespace
} // namespace whyrst::test
