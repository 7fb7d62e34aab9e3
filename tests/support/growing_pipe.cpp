#include "tests/support/growing_pipe.h"

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace whyrst::test {

GrowingPipe::GrowingPipe()
    : m_folder((std::filesystem::temp_directory_path() / "whyrst-pipe-XXXXXX").string())
{
    if (!mkdtemp(m_folder.data()))
        throw std::runtime_error("no temporary folder");
    m_path = m_folder + "/capture";
    if (mkfifo(m_path.c_str(), 0600) == 0)
        m_descriptor = open(m_path.c_str(), O_RDWR | O_CLOEXEC); // does not wait for the reader
    if (m_descriptor < 0)
        throw std::runtime_error("no named pipe");
}

GrowingPipe::~GrowingPipe()
{
    close();
    std::filesystem::remove_all(m_folder);
}

void GrowingPipe::write(const Bytes& bytes) const
{
    if (::write(m_descriptor, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
        throw std::runtime_error("the pipe is full");
}

void GrowingPipe::close()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
}

CutCapture::CutCapture(const std::string& file, size_t count)
{
    constexpr size_t fileHeader = 24;
    constexpr size_t recordHeader = 16;
    constexpr size_t lengthAt = 8;
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    Bytes all(text.size());
    std::ranges::transform(text, all.begin(), [](char c) { return static_cast<std::byte>(c); });
    size_t end = fileHeader;
    for (size_t packet = 0; packet < count; ++packet) {
        size_t length = 0;
        for (size_t index = 4; index-- > 0;)
            length = length << 8U | std::to_integer<size_t>(all.at(end + lengthAt + index));
        end += recordHeader + length;
    }
    begin.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(end));
    rest.assign(all.begin() + static_cast<std::ptrdiff_t>(end), all.end());
}

} // namespace whyrst::test
