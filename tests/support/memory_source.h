// Bytes in memory where the readers expect a file.
#pragma once

#include "model/capture/byte_source.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace whyrst::test {

/// Gives the bytes of `content`, which must outlive it.
class MemorySource final : public ByteSource
{
public:
    explicit MemorySource(std::span<const std::byte> content)
        : m_content(content)
    {
    }

    std::optional<size_t> read(std::span<std::byte> into) override
    {
        const size_t count = std::min(into.size(), m_content.size() - m_position);
        if (count > 0)
            std::memcpy(into.data(), m_content.data() + m_position, count);
        m_position += count;
        return count;
    }
    std::optional<SourceFailure> failure() const override { return std::nullopt; }
    uint64_t size() const override { return m_content.size(); }
    uint64_t position() const override { return m_position; }

private:
    std::span<const std::byte> m_content;
    size_t m_position = 0;
};

/// A file that never touches a disk (Linux), for what can only be opened by its name. Lives as long as the object.
class MemoryFile
{
public:
    explicit MemoryFile(std::span<const std::byte> content)
        : m_descriptor(memfd_create("capture", MFD_CLOEXEC))
        , m_path("/proc/self/fd/" + std::to_string(m_descriptor))
    {
        for (size_t written = 0; written < content.size();) {
            const auto count = write(m_descriptor, content.data() + written, content.size() - written);
            if (count <= 0)
                break;
            written += static_cast<size_t>(count);
        }
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { close(m_descriptor); }
    const std::string& path() const { return m_path; }

private:
    int m_descriptor;
    std::string m_path;
};

} // namespace whyrst::test
