#include "table_verifier.hpp"

#include <flatbuffers/flatbuffers.h>
#include <fmt/format.h>

#include <cstring>
#include <sluice/flatbuffer_message.hpp>

namespace sluice::tools {

namespace {

using flatbuffers::Table;

constexpr std::size_t kRegionAlignment = 32;
constexpr flatbuffers::uoffset_t kMaxDepth = 64;  // as the consumer has it

class TableVerifier {
 public:
  TableVerifier(const std::uint8_t* bytes, std::size_t size)
      : bytes_(bytes), verifier_(bytes, size, kMaxDepth, detail::most_tables(size)) {}

  bool buffer(const RecordType& root, std::size_t begin, const std::string& path) {
    const std::uint8_t* const at = follow(begin);
    return at != nullptr ? table(root, at, path) : fail(path);
  }
  const std::string& fault() const noexcept { return fault_; }

 private:
  bool fail(const std::string& path) {
    if (!has_failed_) fault_ = path;
    has_failed_ = true;
    return false;
  }

  std::size_t place(const std::uint8_t* at) const { return static_cast<std::size_t>(at - bytes_); }
  const std::uint8_t* follow(std::size_t at) const {
    const flatbuffers::uoffset_t distance = verifier_.VerifyOffset(at);
    return distance != 0 ? bytes_ + at + distance : nullptr;
  }
  bool holds(std::size_t at, std::uint64_t bytes, std::uint64_t alignment) const {
    return verifier_.VerifyAlignment(at, alignment) && verifier_.Verify(at, bytes);
  }

  bool table(const RecordType& type, const std::uint8_t* at, const std::string& path) {
    if (!verifier_.VerifyTableStart(at)) return fail(path);
    const auto& table = *reinterpret_cast<const Table*>(at);
    const Field* before = nullptr;
    for (const Field& field : type.fields) {
      const std::string inner = path.empty() ? field.name : path + "." + field.name;
      if (!member(table, field, before, inner)) return fail(inner);
      before = &field;
    }
    return verifier_.EndTable();
  }

  bool member(const Table& table, const Field& field, const Field* before, const std::string& path) {
    const auto offset = table.GetOptionalFieldOffset(static_cast<flatbuffers::voffset_t>(field.offset));
    if (offset == 0) return !field.is_required;
    const std::size_t at = place(reinterpret_cast<const std::uint8_t*>(&table)) + offset;
    if (field.form == Form::single && !field.is_text) {
      if (field.record == nullptr) return holds(at, bytes_of(field.scalar), bytes_of(field.scalar));
      if (field.record->is_inline) return holds(at, field.record->bytes, field.record->alignment);
    }
    const std::uint8_t* const to = follow(at);
    if (to == nullptr) return false;
    if (field.form == Form::text) return text(to);
    if (field.form == Form::sequence) return sequence(field, to, path);
    if (field.form == Form::choice) return choice(field, type_in(table, *before), to, path);
    if (field.form == Form::choices) return choices(table, field, *before, to, path);
    return this->table(*field.record, to, path);
  }

  bool text(const std::uint8_t* at) const {
    return verifier_.VerifyString(reinterpret_cast<const flatbuffers::String*>(at));
  }
  bool sequence(const Field& field, const std::uint8_t* at, const std::string& path) {
    const bool is_inline = !field.is_text && (field.record == nullptr || field.record->is_inline);
    if (!verifier_.VerifyVectorOrString(at, field.element_bytes)) return false;
    if (is_inline && !holds(place(at) + 4, 0, alignment_of(field))) return false;
    const auto count = flatbuffers::ReadScalar<flatbuffers::uoffset_t>(at);
    if (field.nested != nullptr) return nested(*field.nested, at + 4, count, path);
    for (flatbuffers::uoffset_t each = 0; !is_inline && each < count; ++each) {
      const std::uint8_t* const to = follow(place(at) + 4 + 4 * std::size_t{each});
      const std::string inner = fmt::format("{}[{}]", path, each);
      if (to == nullptr || !(field.is_text ? text(to) : table(*field.record, to, inner))) return fail(inner);
    }
    return true;
  }
  static std::uint64_t alignment_of(const Field& field) {
    const std::uint64_t own = field.record != nullptr ? field.record->alignment : bytes_of(field.scalar);
    return std::max(own, field.alignment);
  }
  static bool nested(const RecordType& root, const std::uint8_t* bytes, std::size_t size, const std::string& path) {
    return TableVerifier(bytes, size).buffer(root, 0, path);
  }

  static std::uint64_t type_in(const Table& table, const Field& types) {
    return table.GetField<std::uint8_t>(static_cast<flatbuffers::voffset_t>(types.offset), 0);
  }
  bool choice(const Field& field, std::uint64_t type, const std::uint8_t* at, const std::string& path) {
    for (const auto& [number, record] : field.members) {
      if (number != type) continue;
      if (record == nullptr) return text(at);
      return record->is_inline ? holds(place(at), record->bytes, record->alignment) : table(*record, at, path);
    }
    return false;
  }
  bool choices(const Table& table, const Field& field, const Field& types, const std::uint8_t* at,
               const std::string& path) {
    using Types = flatbuffers::Vector<std::uint8_t>;
    const auto* const kinds = table.GetPointer<const Types*>(static_cast<flatbuffers::voffset_t>(types.offset));
    if (kinds == nullptr || !verifier_.VerifyVectorOrString(at, 4)) return false;
    const auto count = flatbuffers::ReadScalar<flatbuffers::uoffset_t>(at);
    if (kinds->size() != count) return false;
    for (flatbuffers::uoffset_t each = 0; each < count; ++each) {
      const std::uint8_t* const to = follow(place(at) + 4 + 4 * std::size_t{each});
      const std::string inner = fmt::format("{}[{}]", path, each);
      if (to == nullptr || !choice(field, kinds->Get(each), to, inner)) return fail(inner);
    }
    return true;
  }

  const std::uint8_t* bytes_;
  flatbuffers::Verifier verifier_;
  bool has_failed_ = false;
  std::string fault_;
};

}  // namespace

std::optional<std::string> fault_of_table(const MessageSchema& schema, const std::vector<std::byte>& table) {
  // As in its slot: what it is aligned to counts from the region's base, and it ends where the region does.
  const std::size_t region = (table.size() + kRegionAlignment - 1) / kRegionAlignment * kRegionAlignment;
  std::vector<std::uint8_t> bytes(region);
  std::memcpy(bytes.data() + region - table.size(), table.data(), table.size());
  TableVerifier verifier(bytes.data(), bytes.size());
  if (verifier.buffer(schema.message(), region - table.size(), "")) return std::nullopt;
  return verifier.fault();
}

}  // namespace sluice::tools
