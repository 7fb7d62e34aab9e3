#include "model/number_text.h"

namespace whyrst {

std::string groupedDigits(int64_t number)
{
    const std::string digits = std::to_string(number < 0 ? -number : number);
    std::string text = number < 0 ? "-" : "";
    for (size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0)
            text += ',';
        text += digits[i];
    }
    return text;
}

std::string counted(int64_t count, const char* one, const char* many)
{
    const std::string plural = many != nullptr ? many : std::string(one) + "s";
    return groupedDigits(count) + " " + (count == 1 ? one : plural);
}

std::string timesText(int64_t count)
{
    if (count == 1)
        return "once";
    return count == 2 ? "twice" : counted(count, "time");
}

std::string bytesText(int64_t bytes)
{
    return counted(bytes, "byte");
}

std::string bytesFromTo(int64_t begin, int64_t end)
{
    return end - begin == 1 ? "byte " + groupedDigits(begin)
                            : "bytes " + groupedDigits(begin) + " to " + groupedDigits(end - 1);
}

} // namespace whyrst
