#include "model/capture/converted_source.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace whyrst {

namespace {

constexpr const char* program = "editcap";

/// What a process writes to its standard output; that it writes anything to its standard error is a failure. The
/// process ends with the source.
class ProcessSource final : public ByteSource
{
public:
    ProcessSource(pid_t process, std::unique_ptr<ByteSource> output, std::unique_ptr<ByteSource> complaints)
        : m_process(process)
        , m_output(std::move(output))
        , m_complaints(std::move(complaints))
    {
    }
    ProcessSource(const ProcessSource&) = delete;
    ProcessSource& operator=(const ProcessSource&) = delete;
    ~ProcessSource() override
    {
        kill(m_process, SIGTERM);
        waitpid(m_process, nullptr, 0);
    }

    std::optional<size_t> read(std::span<std::byte> into) override
    {
        const std::optional<size_t> count = m_output->read(into);
        std::byte first{};
        if (count == 0 && !into.empty() && !m_failure && m_complaints->read({&first, 1}).value_or(0) > 0)
            m_failure = {SourceFailure::Kind::Unconverted, position(), "Wireshark's editcap converts no more of it"};
        return count;
    }
    std::optional<SourceFailure> failure() const override { return m_failure ? m_failure : m_output->failure(); }
    uint64_t size() const override { return 0; }
    uint64_t position() const override { return m_output->position(); }

private:
    pid_t m_process;
    std::unique_ptr<ByteSource> m_output;
    std::unique_ptr<ByteSource> m_complaints;
    std::optional<SourceFailure> m_failure;
};

/// A pipe whose ends no other program inherits.
struct Pipe
{
    Pipe() { isOpen = pipe2(ends.data(), O_CLOEXEC) == 0; }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe()
    {
        if (isOpen)
            close(ends[1]);
    }

    std::array<int, 2> ends{};
    bool isOpen = false;
};

/// Starts `editcap -F pcapng path -`; nothing when it cannot be started.
std::optional<pid_t> startEditcap(const std::string& path, int output, int complaints)
{
    std::array<std::string, 5> words{
        program, "-F", "pcapng", path.starts_with('-') ? "./" + path : path, "-"}; // not taken for an option
    std::array<char*, words.size() + 1> arguments{};
    std::ranges::transform(words, arguments.begin(), [](std::string& word) { return word.data(); });
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO);
    pid_t process = 0;
    const int failed = posix_spawnp(&process, program, &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed == 0 ? std::optional(process) : std::nullopt;
}

} // namespace

std::unique_ptr<ByteSource> convertToPcapng(const std::string& path)
{
    const Pipe output;
    const Pipe complaints;
    if (!output.isOpen || !complaints.isOpen)
        return nullptr;
    auto read = pipeSource(output.ends[0]);
    auto readComplaints = pipeSource(complaints.ends[0]);
    const std::optional<pid_t> process = startEditcap(path, output.ends[1], complaints.ends[1]);
    if (!process)
        return nullptr;
    return std::make_unique<ProcessSource>(*process, std::move(read), std::move(readComplaints));
}

} // namespace whyrst
