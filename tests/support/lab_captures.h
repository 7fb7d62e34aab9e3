// The captures that tests read: the small set of the repository, and more where WHYRST_CAPTURES names a folder.
#pragma once

#include "tests/support/packet_bytes.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace whyrst::test {

/// All files below `folder`, sorted; none when there is no such folder.
inline std::vector<std::string> filesBelow(const std::string& folder)
{
    std::vector<std::string> files;
    if (!std::filesystem::exists(folder))
        return files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file())
            files.push_back(entry.path().string());
    }
    std::ranges::sort(files);
    return files;
}

inline std::vector<std::string> capturesBelow(const std::string& folder)
{
    std::vector<std::string> files = filesBelow(folder);
    std::erase_if(files, [](const std::string& file) { return file.find(".pcap") == std::string::npos; });
    return files;
}

/// Those of tests/traces/lab.
inline std::vector<std::string> smallLabCaptures()
{
    return capturesBelow(WHYRST_SOURCE_DIR "/tests/traces/lab");
}

/// The folder with more captures that WHYRST_CAPTURES names; null without.
inline const char* captureFolder()
{
    const char* folder = std::getenv("WHYRST_CAPTURES");
    return folder == nullptr || *folder == 0 ? nullptr : folder;
}

inline std::vector<std::string> moreCaptures()
{
    return captureFolder() == nullptr ? std::vector<std::string>() : capturesBelow(captureFolder());
}

inline Bytes bytesOfFile(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return textBytes(text);
}

} // namespace whyrst::test
