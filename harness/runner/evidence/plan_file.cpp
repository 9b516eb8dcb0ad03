#include "harness/runner/evidence/plan_file.h"

#include <zstd.h>

#include <array>
#include <memory>
#include <ostream>
#include <streambuf>
#include <vector>

#include "harness/files/atomic_file.h"

namespace heapstorm {
namespace {

constexpr int compression_level = 1;  // plans are repetitive; a higher level gains little and a run waits for it

// An ostream's buffer that compresses into a file.
class ZstdBuffer : public std::streambuf {
 public:
  explicit ZstdBuffer(AtomicFile& file)
      : file_(file), context_(ZSTD_createCCtx(), ZSTD_freeCCtx), output_(ZSTD_CStreamOutSize()) {
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, compression_level);
    setp(input_.data(), input_.data() + input_.size());
  }

  Status finish() {
    compress(ZSTD_e_end);
    return status_;
  }

 protected:
  int_type overflow(int_type character) override {
    if (!compress(ZSTD_e_continue)) return traits_type::eof();
    if (!traits_type::eq_int_type(character, traits_type::eof())) sputc(traits_type::to_char_type(character));
    return traits_type::not_eof(character);
  }

 private:
  bool compress(ZSTD_EndDirective directive) {
    ZSTD_inBuffer in{pbase(), static_cast<std::size_t>(pptr() - pbase()), 0};
    bool more = true;
    while (status_ && more) {
      ZSTD_outBuffer out{output_.data(), output_.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context_.get(), &out, &in, directive);
      HEAPSTORM_CHECK(!ZSTD_isError(left));
      status_ = file_.write({output_.data(), out.pos});
      more = directive == ZSTD_e_end ? left != 0 : in.pos != in.size;
    }
    setp(input_.data(), input_.data() + input_.size());
    return status_.ok();
  }

  AtomicFile& file_;
  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context_;
  std::array<char, 65536> input_{};
  std::vector<char> output_;
  Status status_ = Success{};
};

}  // namespace

Status write_plan_file(const Plan& plan, const std::string& path, const std::stop_token& stop) {
  auto file = AtomicFile::create(path);
  if (!file) return file.error();
  ZstdBuffer buffer(file.value());
  std::ostream out(&buffer);
  plan.write_jsonl(out, stop);
  if (stop.stop_requested()) return Success{};
  if (const Status written = buffer.finish(); !written) return written;
  return file.value().commit();
}

}  // namespace heapstorm
