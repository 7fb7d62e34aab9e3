#include "model/capture/decompressing_source.h"

#include <utility>

namespace whyrst {

DecompressingSource::DecompressingSource(RecordBuffer packed, std::unique_ptr<Decompressor> decompressor)
    : m_packed(std::move(packed))
    , m_decompressor(std::move(decompressor))
{
    m_packed.stopWaiting();
}

std::optional<size_t> DecompressingSource::read(std::span<std::byte> into)
{
    while (!m_failure) {
        const std::span<const std::byte> packed = peekPacked();
        if (packed.empty() && !m_holdsMore)
            return m_packed.hasEnded() ? endOfFile() : std::nullopt;
        const Decompressor::Step step = m_decompressor->unpack(packed, into);
        m_packed.consume(step.consumed);
        m_holdsMore = step.produced == into.size();
        if (!step.damage.empty())
            fail(SourceFailure::Kind::Damaged, step.damage);
        if (step.produced > 0)
            return step.produced;
    }
    return 0;
}

/// Bytes that are packed, without the zeros that tapes and block devices leave between frames and behind the last.
std::span<const std::byte> DecompressingSource::peekPacked()
{
    std::span<const std::byte> packed = m_packed.peekSome();
    while (m_decompressor->isBetweenFrames() && !packed.empty() && packed.front() == std::byte{0}) {
        m_packed.consume(1);
        packed = m_packed.peekSome();
    }
    return packed;
}

std::optional<size_t> DecompressingSource::endOfFile()
{
    if (const auto failure = m_packed.failure())
        m_failure = failure;
    else if (!m_decompressor->isBetweenFrames())
        fail(SourceFailure::Kind::CutShort, {});
    return 0;
}

void DecompressingSource::fail(SourceFailure::Kind kind, const std::string& reason)
{
    m_failure = SourceFailure{
        .kind = kind,
        .offset = m_packed.position(),
        .reason = m_decompressor->name() + std::string(reason.empty() ? "" : ": ") + reason,
    };
}

} // namespace whyrst
