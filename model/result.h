// Errors as values: what stopped the work, where, and the sentence that tells a person what to do.
#pragma once

#include "model/ids.h"

#include <cassert>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace whyrst {

enum class ErrorCode : uint8_t
{
    CannotOpen, ///< the file is absent or may not be read; `detail` is the system's reason
    IsDirectory,
    Empty,          ///< the file has no byte
    NotACapture,    ///< neither pcap nor pcapng; `detail` tells what it looks like, if that is known
    ForeignCapture, ///< a capture of another program that cannot be converted here; `detail` says what it is
    Compressed,     ///< a compressed file of a kind that is not read; `detail` names the compression
    Damaged,        ///< nothing could be read because of damage at `offset`
    UnsupportedVersion,
    ReadFailed, ///< the system failed to read at `offset`
    NoTcp,      ///< readable, but without a TCP packet
    CannotWrite,
    NotFound,      ///< a connection, reset or packet that was asked for is not in the capture; `detail` says which
    BadFilter,     ///< `detail` holds the expression and the reason
    CannotCapture, ///< from the interface `file`; `detail` is the reason and what to do
    Cancelled,
};

/// What stopped the work and where.
struct Error
{
    ErrorCode code = ErrorCode::CannotOpen;
    std::string file;    ///< as the user named it
    uint64_t offset = 0; ///< byte offset in the file; meaning depends on the code
    PacketNumber packet; ///< the packet that was being read, 0 when none
    std::string detail;  ///< short, without full stop; may be empty
};

/// One sentence for the user: what is wrong, where, and what to do.
std::string sentenceFor(const Error& error);

/// A value, or the error that prevented it.
template <typename T> class Result
{
public:
    Result(T value) // NOLINT(google-explicit-constructor): a value is a result
        : m_content(std::move(value))
    {
    }
    Result(Error error) // NOLINT(google-explicit-constructor): an error is a result
        : m_content(std::move(error))
    {
    }

    bool ok() const { return std::holds_alternative<T>(m_content); }
    explicit operator bool() const { return ok(); }

    const T& value() const& { return std::get<T>(m_content); }
    T& value() & { return std::get<T>(m_content); }
    T&& value() && { return std::get<T>(std::move(m_content)); }
    const T& operator*() const { return value(); }
    T& operator*() { return value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

    const Error& error() const { return std::get<Error>(m_content); }

private:
    std::variant<T, Error> m_content;
};

} // namespace whyrst
