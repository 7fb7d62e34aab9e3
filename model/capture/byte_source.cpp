#include "model/capture/byte_source.h"

#include "model/capture/capture_error.h"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace whyrst {

namespace {

#ifndef O_CLOEXEC
constexpr int openFlags = O_RDONLY | O_BINARY; // Windows: no translation of line ends
#else
constexpr int openFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK; // a named pipe opens before anyone writes to it
#endif

std::string systemReason(int code)
{
    return std::generic_category().message(code);
}

/// Whether a read of a pipe, socket or terminal would give bytes or its end, now or within `growthWait`.
bool isReadable(int descriptor)
{
    pollfd entry{.fd = descriptor, .events = POLLIN, .revents = 0};
    return poll(&entry, 1, static_cast<int>(growthWait.count())) != 0;
}

enum class Growth : uint8_t
{
    Complete,
    Growing
};

class FileSource final : public ByteSource
{
public:
    FileSource(int descriptor, uint64_t size, Growth growth)
        : m_descriptor(descriptor)
        , m_size(size)
        , m_growth(growth)
    {
    }
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;
    ~FileSource() override
    {
        if (m_descriptor != STDIN_FILENO)
            close(m_descriptor);
    }

    std::optional<size_t> read(std::span<std::byte> into) override
    {
        for (;;) {
            if (m_growth == Growth::Growing && !isReadable(m_descriptor))
                return std::nullopt;
            const auto count = ::read(m_descriptor, into.data(), into.size());
            if (count >= 0) {
                m_position += static_cast<uint64_t>(count);
                return static_cast<size_t>(count);
            }
            if (errno == EINTR)
                continue;
            if (errno == EAGAIN)
                return std::nullopt;
            m_failure = {SourceFailure::Kind::System, m_position, systemReason(errno)};
            return 0;
        }
    }
    std::optional<SourceFailure> failure() const override { return m_failure; }
    uint64_t size() const override { return m_size; }
    uint64_t position() const override { return m_position; }

private:
    int m_descriptor;
    uint64_t m_size;
    Growth m_growth;
    uint64_t m_position = 0;
    std::optional<SourceFailure> m_failure;
};

} // namespace

Result<std::unique_ptr<ByteSource>> openByteSource(const std::string& path)
{
    const int descriptor = path == "-" ? STDIN_FILENO : open(path.c_str(), openFlags);
    if (descriptor < 0)
        return captureError(ErrorCode::CannotOpen, path, systemReason(errno));
    struct stat status
    {
    };
    const bool known = fstat(descriptor, &status) == 0;
    const bool isRegular = known && S_ISREG(status.st_mode);
    const uint64_t size = isRegular ? static_cast<uint64_t>(status.st_size) : 0;
    auto source = std::make_unique<FileSource>(descriptor, size, isRegular ? Growth::Complete : Growth::Growing);
    if (known && S_ISDIR(status.st_mode))
        return captureError(ErrorCode::IsDirectory, path);
    return std::unique_ptr<ByteSource>(std::move(source));
}

std::unique_ptr<ByteSource> pipeSource(int descriptor)
{
    return std::make_unique<FileSource>(descriptor, 0, Growth::Growing);
}

} // namespace whyrst
