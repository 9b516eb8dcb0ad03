#include "harness/storm/http_response.h"

#include <gtest/gtest.h>

#include <string>

namespace heapstorm {
namespace {

using Progress = HttpResponseReader::Progress;

// Feeds in pieces; the result of the last read, and how many bytes were left when it was not `more`.
struct Outcome {
  Progress progress = Progress::more;
  std::size_t rest_bytes = 0;
  bool operator==(const Outcome&) const = default;
};

Outcome feed(HttpResponseReader& reader, std::string_view text, std::size_t first_bytes, std::size_t piece_bytes) {
  std::size_t next = first_bytes;
  while (!text.empty()) {
    std::string_view piece = text.substr(0, next);
    text.remove_prefix(piece.size());
    next = piece_bytes;
    if (piece.empty()) continue;
    const Progress progress = reader.read(piece);
    if (progress != Progress::more) return {progress, piece.size() + text.size()};
  }
  return {};
}

void expect_in_every_split(const std::string& text, Outcome expected) {
  for (std::size_t first = 0; first <= text.size(); ++first) {
    HttpResponseReader reader;
    EXPECT_EQ(feed(reader, text, first, text.size()), expected) << "split at " << first << " of\n" << text;
  }
  HttpResponseReader reader;
  EXPECT_EQ(feed(reader, text, 1, 1), expected) << "byte by byte\n" << text;
}

TEST(HttpResponse, EndsWithItsContentLengthInEverySplit) {
  expect_in_every_split("HTTP/1.1 200 OK\r\ncontent-LENGTH:  5 \r\nX: y\r\n\r\nhello", {Progress::complete, 0});
  expect_in_every_split("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP", {Progress::complete, 4});
  expect_in_every_split("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", {Progress::more, 0});
  expect_in_every_split("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", {Progress::complete, 0});
}

TEST(HttpResponse, EndsWithItsLastChunkInEverySplit) {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  expect_in_every_split(head + "5\r\nhello\r\n1A;name=value\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n",
                        {Progress::complete, 0});
  expect_in_every_split(head + "0\r\nTrailer: x\r\nOther: y\r\n\r\nrest", {Progress::complete, 4});
  expect_in_every_split(head + "5\r\nhello\r\n", {Progress::more, 0});
}

TEST(HttpResponse, LastsUntilTheStreamEndsWithoutALength) {
  HttpResponseReader reader;
  EXPECT_FALSE(reader.ends_with_stream());
  EXPECT_EQ(feed(reader, "HTTP/1.0 200 OK\r\n\r\nwhatever", 1, 1), Outcome{});
  EXPECT_TRUE(reader.ends_with_stream());
}

TEST(HttpResponse, HasNoBodyByItsStatus) {
  expect_in_every_split("HTTP/1.1 204 No Content\r\n\r\n", {Progress::complete, 0});
  expect_in_every_split("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", {Progress::complete, 0});
}

TEST(HttpResponse, SkipsInterimResponses) {
  expect_in_every_split("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                        {Progress::complete, 0});
}

TEST(HttpResponse, IsReadyForTheNextResponse) {
  HttpResponseReader reader;
  const std::string one = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na";
  const std::string two = one + "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
  std::string_view rest = two;
  EXPECT_EQ(reader.read(rest), Progress::complete);
  EXPECT_EQ(reader.status(), 200);
  EXPECT_EQ(reader.read(rest), Progress::complete);
  EXPECT_EQ(reader.status(), 404);
  EXPECT_TRUE(rest.empty());
}

TEST(HttpResponse, IsMalformed) {
  for (const char* text : {
           "SSH-2.0-OpenSSH\r\n\r\n",
           "HTTP/2 200 OK\r\n\r\n",
           "HTTP/1.1 2x0 OK\r\n\r\n",
           "HTTP/1.1 20 OK, really\r\n\r\n",
           "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
           "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
           "HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
           "\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc",
       }) {
    HttpResponseReader reader;
    EXPECT_EQ(feed(reader, text, 1, 1).progress, Progress::malformed) << text;
  }
}

TEST(HttpResponse, IsMalformedWhenItsHeadNeverEnds) {
  HttpResponseReader reader;
  const std::string endless = "HTTP/1.1 200 OK\r\nA: " + std::string(20000, 'a');
  EXPECT_EQ(feed(reader, endless, 1000, 1000).progress, Progress::malformed);
}

}  // namespace
}  // namespace heapstorm
