#include "model/diagnosis/fact_words.h"

#include "model/analysis/analysis.h"
#include "model/diagnosis/trace_context.h"
#include "model/tcp/load_trace.h"
#include "tests/support/lab_captures.h"

#include <gtest/gtest.h>

#include <set>

namespace whyrst {

namespace {

/// Names of the facts of all diagnoses of a capture.
void addFactNames(std::set<std::string>& names, const std::string& file)
{
    NoProgress progress;
    const Result<Trace> trace = loadTrace(file, LoadOptions(), progress);
    ASSERT_TRUE(trace) << file;
    const TraceContext context = buildTraceContext(*trace);
    for (const Connection& connection : trace->connections) {
        const ConnectionDiagnosis diagnosis = diagnoseConnection(context, connection, analyzeConnection(connection));
        std::vector<Diagnosis> all = diagnosis.resets;
        if (diagnosis.death)
            all.push_back(*diagnosis.death);
        for (const Diagnosis& one : all) {
            for (const Fact& fact : one.facts)
                names.insert(fact.name);
        }
    }
}

} // namespace

TEST(FactWords, EveryFactOfTheLabHasALabel)
{
    std::set<std::string> names;
    for (const std::string& file : test::smallLabCaptures())
        addFactNames(names, file);
    EXPECT_GT(names.size(), 30U);
    names.erase("signs");    // the others say it
    names.erase(senderFact); // a heading says it
    for (const std::string& name : names)
        EXPECT_FALSE(factLabel(name).empty()) << name;
}

TEST(FactWords, TestsOfTheSenderTellTheirPoints)
{
    EXPECT_EQ(factValue({"auth-ttl", "TTL 254, its other packets 59", 3}), "TTL 254, its other packets 59 (+3 points)");
    EXPECT_EQ(factValue({"auth-genuine", "as expected", -4}), "as expected (-4 points)");
    EXPECT_EQ(factValue({"sends", "7", 7}), "7");
}

TEST(FactWords, WhoSentAResetIsSaidOnlyAsFarAsTestsTell)
{
    const auto text = [](ResetSender sender, int score) {
        Diagnosis diagnosis;
        diagnosis.sender = sender;
        diagnosis.authenticity = score;
        return authenticityText(diagnosis);
    };
    EXPECT_EQ(text(ResetSender::Middlebox, 6), "a box on the path (6 points, 4 are enough)");
    EXPECT_EQ(text(ResetSender::Endpoint, -4), "the host itself (-4 points)");
    EXPECT_EQ(text(ResetSender::Unknown, 1), "not known (1 point of 4 for a forgery)");
    EXPECT_EQ(text(ResetSender::Unknown, -1), "not known (-1 point)");
    EXPECT_EQ(text(ResetSender::Unknown, 0),
        "not known: nothing speaks against the host, and nothing that a box could not copy speaks for it");
}

TEST(FactWords, WhatACaptureShowsOfTheSenderStandsInThePlaceOfPoints)
{
    Diagnosis diagnosis;
    diagnosis.authenticity = 6;
    diagnosis.facts = {{senderFact, "the host itself: this capture was taken on it", std::nullopt}};
    EXPECT_EQ(authenticityText(diagnosis), "the host itself: this capture was taken on it");
}

} // namespace whyrst
