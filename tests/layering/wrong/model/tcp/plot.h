// A file that breaks the layers on purpose: the test must tell of each line.

class Plot final : public Base
{
};

enum class Axis : uint8_t
{
    X,
};
