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

} // namespace whyrst
