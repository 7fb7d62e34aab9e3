#include "model/capture/capture_reader.h"

#include "model/capture/capture_error.h"
#include "model/capture/converted_source.h"
#include "model/capture/decompressing_source.h"
#include "model/capture/filtered_reader.h"
#include "model/capture/pcap_reader.h"
#include "model/capture/pcapng_reader.h"
#include "model/capture/record_buffer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace whyrst {

namespace {

using namespace std::string_view_literals;

constexpr size_t magicLength = compressionMagicLength; // of captures, too
constexpr size_t startLength = 512;                    // enough for every signature, and to tell text from binary

/// The first bytes of files that are no capture of ours.
struct Signature
{
    std::string_view start;
    ErrorCode code;
    const char* detail;
};

constexpr std::array<Signature, 9> signatures{{
    {"\x1f\x8b"sv, ErrorCode::Compressed, "gzip"}, // in another compressed file
    {"\x28\xb5\x2f\xfd"sv, ErrorCode::Compressed, "zstd"},
    {"\x04\x22\x4d\x18"sv, ErrorCode::Compressed, "lz4"},
    {"\x02\x21\x4c\x18"sv, ErrorCode::Compressed, "the old lz4 format"},
    {"BZh"sv, ErrorCode::Compressed, "bzip2"},
    {"\xfd"
     "7zXZ\0"sv,
        ErrorCode::Compressed, "xz"},
    {"PK\x03\x04"sv, ErrorCode::Compressed, "zip"},
    {"7z\xbc\xaf\x27\x1c"sv, ErrorCode::Compressed, "7-Zip"},
    {"\x7f"
     "ELF"sv,
        ErrorCode::NotACapture, "it is a program"},
}};

/// The first bytes of captures of other programs.
struct ForeignFormat
{
    std::string_view start;
    const char* name;
};

constexpr std::array<ForeignFormat, 11> foreignFormats{{
    {"snoop\0\0\0"sv, "a Solaris snoop file"},
    {"GMBU"sv, "a Microsoft Network Monitor file"},
    {"RTSS"sv, "a Microsoft Network Monitor file"},
    {"TRSNIFF data    \x1a"sv, "a Sniffer file"},
    {"XCP\0"sv, "a Sniffer file"},
    {"\x05VNF"sv, "a Visual Networks file"},
    {"\xaa\xaa\xaa\xaa"sv, "a 5Views file"},
    {"\x7fver"sv, "an OmniPeek file"},
    {"iptrace 1.0"sv, "an AIX iptrace file"},
    {"iptrace 2.0"sv, "an AIX iptrace file"},
    {"\x01\x10"sv, "a LANalyzer file"},
}};

std::string_view textOf(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool looksLikeText(std::string_view start)
{
    return std::all_of(start.begin(), start.end(), [](char c) {
        const auto code = static_cast<unsigned char>(c);
        return code >= ' ' || c == '\n' || c == '\r' || c == '\t';
    });
}

/// Why a file that starts with `start` is neither pcap nor pcapng.
Error explainUnknown(std::string_view start, const std::string& path)
{
    const auto* const known
        = std::ranges::find_if(signatures, [&](const auto& each) { return start.starts_with(each.start); });
    if (known != signatures.end())
        return captureError(known->code, path, known->detail);
    const auto* const foreign
        = std::ranges::find_if(foreignFormats, [&](const auto& each) { return start.starts_with(each.start); });
    if (foreign != foreignFormats.end())
        return captureError(ErrorCode::ForeignCapture, path, foreign->name);
    if (looksLikeText(start))
        return captureError(ErrorCode::NotACapture, path, "it looks like text");
    if (start.size() < startLength)
        return captureError(ErrorCode::NotACapture, path, "it has only " + std::to_string(start.size()) + " bytes");
    return captureError(ErrorCode::NotACapture, path);
}

/// The bytes of a file, unpacked when it is compressed.
RecordBuffer unpacked(std::unique_ptr<ByteSource> source, const OpenOptions& options)
{
    RecordBuffer buffer(std::move(source));
    buffer.startWaiting(options.keepWaiting);
    auto decompressor = makeDecompressor(buffer.peek(magicLength));
    if (!decompressor)
        return buffer;
    RecordBuffer plain(std::make_unique<DecompressingSource>(std::move(buffer), std::move(decompressor)));
    plain.startWaiting(options.keepWaiting);
    return plain;
}

Result<std::unique_ptr<CaptureReader>> openUnfiltered(const std::string& path, const OpenOptions& options)
{
    auto source = openByteSource(path);
    if (!source)
        return source.error();
    RecordBuffer buffer = unpacked(std::move(*source), options);
    // First as few bytes as recognition needs: a live pipe may not have more yet.
    const std::span<const std::byte> start = buffer.peek(magicLength);
    if (isPcap(start))
        return makePcapReader(std::move(buffer), path);
    if (isPcapng(start))
        return makePcapngReader(std::move(buffer), path);
    if (buffer.hasGivenUp())
        return captureError(ErrorCode::Cancelled, path);
    if (const auto failure = buffer.failure())
        return captureError(path, *failure);
    if (start.empty())
        return captureError(ErrorCode::Empty, path);
    const std::string_view text = textOf(buffer.peek(startLength));
    const Error unknown = explainUnknown(text, path);
    const bool isCompressed = unknown.code == ErrorCode::Compressed;
    if (!options.convertsForeign || buffer.size() == 0 || isCompressed || looksLikeText(text))
        return unknown;
    auto converted = convertToPcapng(path);
    if (!converted)
        return unknown;
    RecordBuffer plain(std::move(converted));
    plain.startWaiting(options.keepWaiting);
    return isPcapng(plain.peek(magicLength)) ? makePcapngReader(std::move(plain), path) : unknown;
}

} // namespace

Result<std::unique_ptr<CaptureReader>> openCapture(const std::string& path, const OpenOptions& options)
{
    auto reader = openUnfiltered(path, options);
    if (!reader || options.filter.empty())
        return reader;
    return filterCapture(std::move(*reader), options.filter);
}

} // namespace whyrst
