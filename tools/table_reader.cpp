#include "table_reader.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "table_slot.hpp"

namespace sluice::tools {

namespace {

constexpr unsigned kMaxDepth = 64;
constexpr std::uint64_t kLeastValues = 4096;

struct DamagedTable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class TableReader {
 public:
  TableReader(const std::byte* region, std::uint64_t size)
      : region_(region), size_(size), values_left_(size + kLeastValues) {}

  Record table(const RecordType& record, std::uint64_t at) {
    const Nesting nesting(depth_);
    const std::uint64_t vtable = vtable_of(at);
    const auto vtable_bytes = read<std::uint16_t>(vtable);
    // A table that says nothing still has all its fields.
    if (record.fields.size() > members_left_) throw DamagedTable("it has more fields than can be shown");
    members_left_ -= record.fields.size();
    Record values;
    values.members.reserve(record.fields.size());
    for (const Field& field : record.fields) {
      const bool is_known = field.offset + 2 <= vtable_bytes;
      const std::uint64_t distance = is_known ? read<std::uint16_t>(vtable + field.offset) : 0;
      values.members.push_back({&field, distance != 0 ? present(field, at + distance, values) : absent(field)});
    }
    return values;
  }

  std::uint64_t follow(std::uint64_t at) const { return at + read<std::uint32_t>(at); }

 private:
  class Nesting {
   public:
    explicit Nesting(unsigned& depth) : depth_(depth) {
      if (++depth_ > kMaxDepth) {
        --depth_;
        throw DamagedTable("it is nested too deeply");
      }
    }
    ~Nesting() { --depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    unsigned& depth_;
  };

  const std::byte* need(std::uint64_t at, std::uint64_t bytes) const {
    if (at > size_ || bytes > size_ - at) throw DamagedTable("an offset leads out of it");
    return region_ + at;
  }
  template <class T>
  T read(std::uint64_t at) const {
    T value{};
    std::memcpy(&value, need(at, sizeof value), sizeof value);
    return value;
  }
  void count(std::uint64_t values) {
    if (values > values_left_) throw DamagedTable("it holds more values than it has bytes");
    values_left_ -= values;
  }
  std::uint64_t vtable_of(std::uint64_t at) const {
    const std::int64_t vtable = static_cast<std::int64_t>(at) - read<std::int32_t>(at);
    if (vtable < 0) throw DamagedTable("an offset leads out of it");
    return static_cast<std::uint64_t>(vtable);
  }

  static Value absent(const Field& field) {
    const bool is_number = field.form == Form::single && field.record == nullptr && !field.is_text;
    if (!is_number || field.is_optional) return {};
    if (field.scalar == Scalar::f64) return {Number{field.scalar, std::bit_cast<std::uint64_t>(field.default_real)}};
    if (field.scalar == Scalar::f32) {
      return {Number{field.scalar, std::bit_cast<std::uint32_t>(static_cast<float>(field.default_real))}};
    }
    return {Number{field.scalar, static_cast<std::uint64_t>(field.default_integer), field.names}};
  }

  Value present(const Field& field, std::uint64_t at, const Record& before) {
    count(1);
    switch (field.form) {
      case Form::text:
        return text(follow(at));
      case Form::sequence:
        return sequence(field, follow(at));
      case Form::array:
        return fixed(field, at, field.bound);
      case Form::choice:
        return choice(field, follow(at), before);
      case Form::choices:
        return choices(field, follow(at), before);
      case Form::single:
        break;
    }
    if (field.record == nullptr) return {number(field, at)};
    return {field.record->is_inline ? structure(*field.record, at) : table(*field.record, follow(at))};
  }

  Number number(const Field& field, std::uint64_t at) const {
    return number_at(need(at, bytes_of(field.scalar)), field.scalar, field.names);
  }

  Value text(std::uint64_t at) {
    const auto length = read<std::uint32_t>(at);
    count(length);
    return {Text{{reinterpret_cast<const char*>(need(at + 4, length)), length}}};
  }

  Value sequence(const Field& field, std::uint64_t at) {
    const auto length = read<std::uint32_t>(at);
    return fixed(field, at + 4, length);
  }

  Value fixed(const Field& field, std::uint64_t at, std::uint64_t elements) {
    const std::byte* const data = need(at, elements * field.element_bytes);
    count(elements);
    if (field.record == nullptr && !field.is_text) return {Numbers{field.scalar, data, elements, field.names}};
    List list;
    list.items.reserve(elements);
    for (std::uint64_t each = at; list.items.size() < elements; each += field.element_bytes) {
      list.items.push_back(element(field, each));
    }
    return {std::move(list)};
  }

  Value element(const Field& field, std::uint64_t at) {
    if (field.is_text) return text(follow(at));
    return {field.record->is_inline ? structure(*field.record, at) : table(*field.record, follow(at))};
  }

  Record structure(const RecordType& record, std::uint64_t at) {
    const Nesting nesting(depth_);
    Record values;
    for (const Field& field : record.fields) {
      values.members.push_back({&field, present(field, at + field.offset, values)});
    }
    return values;
  }

  // The type stands in the field before, as flatc lays unions out.
  Value choice(const Field& field, std::uint64_t at, const Record& before) {
    const Number* const type = before.members.empty() ? nullptr : before.members.back().value.as<Number>();
    if (type == nullptr || type->names != field.names) return {};
    return member(field, type->bits, at);
  }
  Value choices(const Field& field, std::uint64_t at, const Record& before) {
    const Numbers* const types = before.members.empty() ? nullptr : before.members.back().value.as<Numbers>();
    const auto length = read<std::uint32_t>(at);
    const bool has_types = types != nullptr && types->names == field.names && types->count == length;
    if (!has_types) throw DamagedTable("a vector of a union is not as long as that of its types");
    count(length);
    List list;
    for (std::size_t each = 0; each < length; ++each) {
      list.items.push_back(member(field, (*types)[each].bits, follow(at + 4 + 4 * each)));
    }
    return {std::move(list)};
  }
  Value member(const Field& field, std::uint64_t type, std::uint64_t at) {
    for (const auto& [number, record] : field.members) {
      if (number != type) continue;
      if (record == nullptr) return text(at);
      return {record->is_inline ? structure(*record, at) : table(*record, at)};
    }
    return {};
  }

  const std::byte* region_;
  std::uint64_t size_;
  std::uint64_t values_left_;
  std::uint64_t members_left_ = kMaxMembers;
  unsigned depth_ = 0;
};

template <class T>
T read_from(const std::byte* slot, std::uint64_t at) {
  T value{};
  std::memcpy(&value, slot + at, sizeof value);
  return value;
}

}  // namespace

Decoded decode_table(const MessageSchema& schema, const std::byte* slot) {
  const std::uint64_t region_end = kTableRegionAt + schema.region_bytes();
  if (region_end > schema.message_bytes()) return {{}, "the slot is too small for it"};
  if (read_from<std::int32_t>(slot, 4) != 4 - static_cast<std::int64_t>(region_end)) return {{}, "there is none"};
  const std::uint64_t begin = kTableFieldAt + read_from<std::uint32_t>(slot, kTableFieldAt) + 4;
  if (begin < kTableRegionAt || begin > region_end - 4) return {{}, "it lies outside its slot"};
  const auto size = read_from<std::uint32_t>(slot, begin - 4);
  if (size > region_end - begin) return {{}, "it lies outside its slot"};
  TableReader reader(slot + begin, size);
  try {
    return {reader.table(schema.message(), reader.follow(0)), ""};
  } catch (const DamagedTable& damage) {
    return {{}, damage.what()};
  }
}

}  // namespace sluice::tools
