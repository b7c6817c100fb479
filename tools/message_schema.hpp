// What a message is made of, for a tool that was built without it: records, fields and places, made from a descriptor,
// or from the FlatBuffers schema that a descriptor carries. decode, encode and field paths work on it.
// Must hold: whatever wrote the descriptor, every place lies within its record, no two fields share a byte, and no
// record holds itself, so that a walk over a message ends after as many steps as it has bytes. (Records of a user's
// own tables may hold themselves: their reader counts.)
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::descriptor {
struct Channel;
struct Payload;
}  // namespace sluice::descriptor

namespace sluice::tools {

enum class Scalar : std::uint8_t { boolean, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64 };

std::size_t bytes_of(Scalar scalar) noexcept;
bool is_floating(Scalar scalar) noexcept;
bool is_signed(Scalar scalar) noexcept;
/// As a schema writes it: "u8".
std::string_view name_of(Scalar scalar) noexcept;

struct EnumType {
  std::string name;
  bool is_flags = false;
  std::vector<std::pair<std::string, std::uint64_t>> values;  // a negative one as its 64-bit two's complement
};

enum class Form : std::uint8_t {
  single,
  array,     // exactly `bound` elements
  sequence,  // up to `bound`
  text,      // up to `bound` bytes
  choice,    // a FlatBuffers union
  choices,   // a vector of unions
};

struct RecordType;

struct Field {
  std::string name;
  std::string type;  // as the schema writes it
  std::string unit;
  std::string scale;  // what one count stands for, in `unit`
  std::string role;
  std::string default_value;
  Form form = Form::single;
  Scalar scalar = Scalar::u8;
  bool is_text = false;                // of users' tables: the elements of a vector are strings
  const EnumType* names = nullptr;     // of a scalar that is an enum
  const RecordType* record = nullptr;  // of an element that is no scalar
  std::uint64_t bound = 0;

  // Bytes from the start of the record: of the inline part; of what lies out of line, 0 if nothing does; and from the
  // length word to the first element. In a user's table: `offset` is the place in its vtable.
  std::uint64_t offset = 0;
  std::uint64_t data_offset = 0;
  std::uint64_t elements_at = 4;
  std::uint64_t element_bytes = 0;

  // Of a user's tables.
  std::int64_t default_integer = 0;
  double default_real = 0;
  bool is_optional = false;
  bool is_required = false;
  std::uint64_t alignment = 0;         // of a vector whose schema asks for more than its elements do
  const RecordType* nested = nullptr;  // of bytes that are a FlatBuffer by themselves: its root
  std::vector<std::pair<std::uint64_t, const RecordType*>> members;  // of a union: by its type's number; null: a string
};

struct RecordType {
  std::string name;
  std::uint64_t bytes = 0;
  std::uint64_t fields_end = 0;
  std::uint64_t alignment = 1;
  bool is_inline = false;  // a struct; else a table
  std::vector<Field> fields;
  unsigned depth = 1;
};

class MessageSchema {
 public:
  /// Of a descriptor that has passed verify_descriptor(). Throws ToolError if its layout contradicts itself.
  explicit MessageSchema(const descriptor::Channel& channel);
  MessageSchema(const MessageSchema&) = delete;
  MessageSchema& operator=(const MessageSchema&) = delete;

  const std::string& channel() const noexcept { return channel_; }
  const RecordType& message() const noexcept { return *message_; }
  /// Of a slot; of a message that is a user's own table, its region with what stands around it.
  std::uint64_t message_bytes() const noexcept { return message_bytes_; }
  /// Whether the message is a FlatBuffers table of the user's own schema.
  bool is_table() const noexcept { return region_bytes_ != 0; }
  std::uint64_t region_bytes() const noexcept { return region_bytes_; }
  std::uint64_t most_table_bytes() const noexcept { return most_table_bytes_; }

 private:
  friend class NativeRecords;
  friend class TableRecords;

  std::string channel_;
  std::deque<EnumType> enums_;
  std::deque<RecordType> records_;
  const RecordType* message_ = nullptr;
  std::uint64_t message_bytes_ = 0;
  std::uint64_t region_bytes_ = 0;
  std::uint64_t most_table_bytes_ = 0;
};

/// What one count of the field stands for, in its unit; 1 where the schema gives no scale.
double scale_of(const Field& field) noexcept;

/// The field that plays the role, directly in the record; null if none does.
const Field* field_of_role(const RecordType& record, std::string_view role) noexcept;

}  // namespace sluice::tools
