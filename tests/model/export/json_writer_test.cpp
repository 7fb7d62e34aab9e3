#include "model/export/json_writer.h"

#include <gtest/gtest.h>

#include <sstream>

namespace whyrst {

namespace {

std::string written(void (*write)(JsonWriter&), JsonWriter::Layout layout = JsonWriter::Layout::Compact)
{
    std::ostringstream out;
    JsonWriter json(out, layout);
    write(json);
    json.flush();
    return out.str();
}

} // namespace

TEST(JsonWriter, PutsCommasBetweenMembersOnly)
{
    const std::string text = written([](JsonWriter& json) {
        json.beginObject();
        json.member("a", 1);
        json.member("b", true);
        json.nullMember("c");
        json.endObject();
    });
    EXPECT_EQ(text, R"({"a": 1, "b": true, "c": null})");
}

TEST(JsonWriter, NestsContainersOnOneLineWhenCompact)
{
    const std::string text = written([](JsonWriter& json) {
        json.beginArray();
        json.beginObject();
        json.endObject();
        json.beginArray();
        json.value("x");
        json.value(int64_t{-3});
        json.endArray();
        json.endArray();
    });
    EXPECT_EQ(text, R"([{}, ["x", -3]])");
}

TEST(JsonWriter, IndentsMembersAndKeepsCompactContainersOnOneLine)
{
    const auto write = [](JsonWriter& json) {
        json.beginObject();
        json.key("pair");
        json.beginObject(JsonWriter::Layout::Compact);
        json.member("client", 1);
        json.member("server", 2);
        json.endObject();
        json.member("last", "x");
        json.endObject();
    };
    EXPECT_EQ(written(write, JsonWriter::Layout::Indented),
        "{\n  \"pair\": {\"client\": 1, \"server\": 2},\n  \"last\": \"x\"\n}");
}

TEST(JsonWriter, EmptyOptionalIsNull)
{
    const std::string text = written([](JsonWriter& json) {
        json.beginObject();
        json.member("nothing", std::optional<int>());
        json.member("something", std::optional<int>(7));
        json.endObject();
    });
    EXPECT_EQ(text, R"({"nothing": null, "something": 7})");
}

TEST(JsonWriter, EndsDocumentsWithLineFeed)
{
    const std::string text = written([](JsonWriter& json) {
        for (int i = 0; i < 2; ++i) {
            json.beginObject();
            json.endObject();
            json.endDocument();
        }
    });
    EXPECT_EQ(text, "{}\n{}\n");
}

struct QuotedCase
{
    const char* name;
    std::string text;
    std::string expected;

    friend std::ostream& operator<<(std::ostream& out, const QuotedCase& test) { return out << test.name; }
};

class JsonQuoted : public testing::TestWithParam<QuotedCase>
{
};

TEST_P(JsonQuoted, IsValidJson)
{
    EXPECT_EQ(jsonQuoted(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Texts, JsonQuoted,
    testing::Values(QuotedCase{"Plain", "upload.pcap", R"("upload.pcap")"},
        QuotedCase{"QuotesAndBackslashes", R"(a"b\c)", R"("a\"b\\c")"},
        QuotedCase{"ControlCharacters", "a\nb\tc\x01\x7f", R"("a\nb\tc\u0001\u007f")"},
        QuotedCase{
            "Utf8StaysAsItIs", "\xc3\xbc \xe2\x82\xac \xf0\x9f\x99\x82", "\"\xc3\xbc \xe2\x82\xac \xf0\x9f\x99\x82\""},
        QuotedCase{"LonelyTailByte", "a\x80z", "\"a\xef\xbf\xbdz\""},
        QuotedCase{"OverlongSlash", "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        QuotedCase{"Surrogate", "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        QuotedCase{"CutSequence", "a\xe2\x82", "\"a\xef\xbf\xbd\xef\xbf\xbd\""}),
    [](const auto& test) { return test.param.name; });

} // namespace whyrst
