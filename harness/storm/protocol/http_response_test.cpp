#include "harness/storm/protocol/http_response.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

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

// A response of many small chunks, each with an extension if there is one, and a trailer.
std::string chunked_response(int chunks, const std::string& extension, const std::string& trailer) {
  std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int chunk = 0; chunk < chunks; ++chunk) text += "1" + extension + "\r\na\r\n";
  return text + "0\r\n" + trailer + "\r\n";
}

TEST(HttpResponse, HasAnyNumberOfChunks) {
  for (const int chunks : {8190, 8191, 8192, 100'000}) {
    HttpResponseReader reader;
    EXPECT_EQ(feed(reader, chunked_response(chunks, "", ""), 1000, 1000), (Outcome{Progress::complete, 0})) << chunks;
  }
}

TEST(HttpResponse, HasABoundForItsTrailersAndForItsExtensions) {
  const std::string kibibyte = "A: " + std::string(1019, 'a') + "\r\n";
  const std::string fifteen = [&] {
    std::string text;
    for (int i = 0; i < 15; ++i) text += kibibyte;
    return text;
  }();
  const auto progress_of = [](const std::string& text) {
    HttpResponseReader reader;
    return feed(reader, text, 1000, 1000).progress;
  };
  EXPECT_EQ(progress_of(chunked_response(1, "", fifteen)), Progress::complete);
  EXPECT_EQ(progress_of(chunked_response(1, "", fifteen + kibibyte + kibibyte)), Progress::malformed);
  EXPECT_EQ(progress_of(chunked_response(15, ";" + std::string(1000, 'a'), "")), Progress::complete);
  EXPECT_EQ(progress_of(chunked_response(17, ";" + std::string(1000, 'a'), "")), Progress::malformed);
  EXPECT_EQ(progress_of(chunked_response(1, std::string(17000, '\r'), "")), Progress::malformed);
}

// What bounds one response does not add up over a connection: neither trailers nor heads nor interim responses.
TEST(HttpResponse, HasItsBoundsForItselfOnALongConnection) {
  HttpResponseReader reader;
  const std::string large_field = "A: " + std::string(4000, 'a') + "\r\n";
  const std::string chunked = chunked_response(1000, ";x=y", large_field);
  const std::string plain = "HTTP/1.1 200 OK\r\n" + large_field + large_field + "Content-Length: 1\r\n\r\na";
  for (int response = 0; response < 10; ++response) {
    EXPECT_EQ(feed(reader, chunked, 100, 100), (Outcome{Progress::complete, 0})) << response;
    EXPECT_EQ(feed(reader, plain, 100, 100), (Outcome{Progress::complete, 0})) << response;
  }
  std::string interim;
  for (int i = 0; i < 1000; ++i) interim += "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  EXPECT_EQ(feed(reader, interim + plain, 100, 100), (Outcome{Progress::complete, 0}));
}

TEST(HttpResponse, MayEndLinesInALineFeedAloneInEverySplit) {
  expect_in_every_split("HTTP/1.1 200 OK\nContent-Length: 2\n\nokHTTP", {Progress::complete, 4});
  expect_in_every_split("HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nok\n", {Progress::complete, 1});
  expect_in_every_split("HTTP/1.1 200 OK\nContent-Length: 2\r\n\nok", {Progress::complete, 0});
  expect_in_every_split("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nok\n1;a=b\nx\n0\nTrailer: x\n\nrest",
                        {Progress::complete, 4});
  for (const auto& [text, in_heads, in_chunks] : std::vector<std::tuple<std::string, bool, bool>>{
           {"HTTP/1.1 204 No\n\n", true, false},
           {"HTTP/1.1 204 No\r\n\r\n", false, false},
           {chunked_response(2, "", "A: b\r\n"), false, false},
           {chunked_response(2, ";x", "A: b\n"), true, false},
           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\n\r\n", false, true}}) {
    HttpResponseReader reader;
    EXPECT_EQ(feed(reader, text, 1, 1).progress, Progress::complete) << text;
    EXPECT_EQ(reader.bare_line_feeds(), in_heads) << text;
    EXPECT_EQ(reader.bare_chunk_line_feeds(), in_chunks) << text;
    reader.reset();
    EXPECT_FALSE(reader.bare_line_feeds() || reader.bare_chunk_line_feeds());
  }
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
           "SSH-2.0-OpenSSH\r\n",
           "HTTP/2 200 OK\r\n\r\n",
           "HTTP/1.1 2x0 OK\r\n\r\n",
           "HTTP/1.1 20 OK, really\r\n\r\n",
           "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
           "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
           "HTTP/1.1 200 OK\r\n folded: by nothing\r\n\r\n",
           "HTTP/1.1 200 OK\r\nA: b\r\nno colon\r\n folded\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n 2\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
           "\r\n\r\nSSH",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nok\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2-1\r\nok\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc",
       }) {
    HttpResponseReader reader;
    EXPECT_EQ(feed(reader, text, 1, 1).progress, Progress::malformed) << text;
  }
}

TEST(HttpResponse, IsMalformedWhenItsHeadNeverEnds) {
  HttpResponseReader reader;
  const std::string endless = "HTTP/1.1 200 OK\r\nA: " + std::string(300'000, 'a');
  EXPECT_EQ(feed(reader, endless, 10'000, 10'000).progress, Progress::malformed);
  EXPECT_EQ(reader.fault(), "an HTTP head is longer than 256 KiB");
}

TEST(HttpResponse, HasALongHeadInAnyPieces) {
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (int cookie = 0; cookie < 200; ++cookie) head += "Set-Cookie: " + std::string(1000, 'c') + "\r\n";
  for (const std::size_t piece_bytes : {std::size_t{1000}, head.size() + 100}) {
    HttpResponseReader reader;
    EXPECT_EQ(feed(reader, head + "Content-Length: 2\r\n\r\nok", piece_bytes, piece_bytes),
              (Outcome{Progress::complete, 0}));
  }
}

TEST(HttpResponse, MayFoldAFieldInEverySplit) {
  expect_in_every_split("HTTP/1.1 200 OK\r\nA: b\r\n c: d\r\n\te\r\nContent-Length:\r\n 2\r\n\r\nok",
                        {Progress::complete, 0});
  expect_in_every_split("HTTP/1.1 200 OK\nTransfer-Encoding: gzip,\n  chunked\n\n2 \r\nok\r\n0\t\r\n\r\n",
                        {Progress::complete, 0});
}

TEST(HttpResponse, MayComeAfterEmptyLinesInEverySplit) {
  expect_in_every_split("\r\n\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", {Progress::complete, 0});
  HttpResponseReader reader;
  EXPECT_EQ(feed(reader, "\r\n", 1, 1), Outcome{});
  EXPECT_FALSE(reader.has_begun());
}

TEST(HttpResponse, HasBegunFromItsFirstByteToItsLast) {
  HttpResponseReader reader;
  EXPECT_FALSE(reader.has_begun());
  for (const std::string_view part :
       {"H", "TTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "o"}) {
    std::string_view bytes = part;
    EXPECT_EQ(reader.read(bytes), Progress::more);
    EXPECT_TRUE(reader.has_begun()) << part;
  }
  std::string_view last = "k";
  EXPECT_EQ(reader.read(last), Progress::complete);
  EXPECT_FALSE(reader.has_begun());
}

TEST(HttpResponse, SaysWhatIsMalformed) {
  for (const auto& [text, fault] : std::vector<std::pair<std::string, std::string>>{
           {"SSH-2.0-x\r\n", "no HTTP response: it begins \"SSH-2.0-x\\x0d\\x0a\""},
           {"HTTP/1.1 20 OK\r\n\r\n", "the status line of an HTTP response is malformed: \"HTTP/1.1 20 OK\""},
           {"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n",
            "a field of an HTTP head is malformed: \"Content-Length \""},
           {"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n",
            "a field of an HTTP head is malformed: \"Content-Length\""},
           {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a field of an HTTP head is malformed: \"no colon\""}}) {
    HttpResponseReader reader;
    EXPECT_EQ(feed(reader, text, text.size(), 1).progress, Progress::malformed) << text;
    EXPECT_EQ(reader.fault(), fault);
  }
}

}  // namespace
}  // namespace heapstorm
