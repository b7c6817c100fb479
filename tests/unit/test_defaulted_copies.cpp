#include <doctest/doctest.h>

#include <cstring>
#include <vector>

#include <sluice/detail/defaulted_copies.hpp>

using namespace sluice::detail;

namespace {

struct Newer {
  std::uint64_t prefix[2] = {1, 2};
  std::uint32_t known = 7;
  std::uint32_t in_reserve = 70;  // the older layout reserved these bytes
  std::uint32_t also_known = 8;
  std::uint32_t appended = 80;
};

constexpr std::size_t kOlderEnd = 28;
constexpr std::uint32_t kStride = 64;

class OlderWindow {
 public:
  DefaultedCopies copies() {
    const SlotPool pool{bytes_.data(), kStride, 2, Reuse::in_turn};
    return {pool, sizeof(Newer), kOlderEnd, {{20, 4}, {28, 4}}, [](void* slot) { ::new (slot) Newer; }};
  }
  void write(std::uint32_t known, std::uint32_t also_known) {
    const std::uint32_t values[] = {known, 0, also_known};
    std::memcpy(bytes_.data() + kStride + 16, values, sizeof values);
  }

 private:
  std::vector<std::byte> bytes_ = std::vector<std::byte>(2 * kStride);
};

}  // namespace

TEST_CASE("a copy has the older producer's values, and defaults in every field that it does not know") {
  OlderWindow window;
  auto copies = window.copies();
  window.write(1000, 2000);

  const auto* const copy = static_cast<const Newer*>(copies.refresh(SlotIndex{1}));

  CHECK(copy->known == 1000);
  CHECK(copy->in_reserve == 70);
  CHECK(copy->also_known == 2000);
  CHECK(copy->appended == 80);
  CHECK(copy->prefix[0] == 1);
}

TEST_CASE("a slot's copy follows its messages") {
  OlderWindow window;
  auto copies = window.copies();
  window.write(1, 2);
  copies.refresh(SlotIndex{1});
  window.write(3, 4);

  const auto* const copy = static_cast<const Newer*>(copies.refresh(SlotIndex{1}));

  CHECK(copy->known == 3);
  CHECK(copy->also_known == 4);
  CHECK(copy->in_reserve == 70);
}
