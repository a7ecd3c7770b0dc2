package fairlead.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Header or trailer fields as a flat table over bytes: where each name, value and line lies. Added
 * fields are written behind the received ones, removed ones are only marked, so that a codec can
 * copy untouched ranges. Owned by one event loop, reusable. Strings have one char a byte.
 */
public sealed class Fields permits Head {
  private static final int NAME = 0;
  private static final int NAME_LENGTH = 1;
  private static final int VALUE = 2;
  private static final int VALUE_LENGTH = 3;
  private static final int LINE_END = 4;
  private static final int ID = 5;
  private static final int STRIDE = 6;

  private byte[] bytes;
  private int used;
  private int[] table;
  private int count;

  /** Beside the id: the field must be written as never to be indexed. */
  private static final int NEVER_INDEXED = 1 << 16;

  /** A bit for each well-known name that is there. */
  private long present;

  /** An empty table with room for a few fields; it grows. */
  public Fields() {
    this(128, 4);
  }

  Fields(int roomBytes, int roomFields) {
    bytes = new byte[roomBytes];
    table = new int[roomFields * STRIDE];
  }

  /** Forgets everything but the memory. */
  public void reset() {
    used = 0;
    count = 0;
    present = 0;
  }

  /** How many fields were received or added; removed ones count, see {@link #isLive}. */
  public int count() {
    return count;
  }

  /** Whether field {@code i} has not been removed. */
  public boolean isLive(int i) {
    return at(i, NAME_LENGTH) > 0;
  }

  /** The id of the name of field {@code i}, see {@link HeaderNames}. */
  public int id(int i) {
    return at(i, ID) & ~NEVER_INDEXED;
  }

  /**
   * Whether the sender of field {@code i} has said that compression must never let it be guessed;
   * whoever writes it with HPACK says so again (RFC 7541 §6.2.3).
   */
  public boolean isNeverIndexed(int i) {
    return (at(i, ID) & NEVER_INDEXED) != 0;
  }

  /** The name of field {@code i} as received. */
  public String name(int i) {
    return text(at(i, NAME), at(i, NAME_LENGTH));
  }

  /** The value of field {@code i} without white space around it. */
  public String value(int i) {
    return text(at(i, VALUE), at(i, VALUE_LENGTH));
  }

  /** Where in {@link #array} the value of field {@code i} begins. */
  public int valueOffset(int i) {
    return at(i, VALUE);
  }

  public int valueLength(int i) {
    return at(i, VALUE_LENGTH);
  }

  /** Where in {@link #array} the name of field {@code i}, and with it its line, begins. */
  public int lineOffset(int i) {
    return at(i, NAME);
  }

  public int nameLength(int i) {
    return at(i, NAME_LENGTH);
  }

  /** Where in {@link #array} the line of field {@code i} ends, behind its CRLF. */
  public int lineEnd(int i) {
    return at(i, LINE_END);
  }

  /** The bytes under the table. Changes when something is added: do not keep. */
  public byte[] array() {
    return bytes;
  }

  /** How many bytes of {@link #array} there are. */
  public int capacity() {
    return bytes.length;
  }

  /** How many bytes of {@link #array} are in use. */
  public int arrayLength() {
    return used;
  }

  /** The first field with this well-known name at or behind {@code from}, or -1. */
  public int find(int id, int from) {
    if ((present & 1L << id) == 0) {
      return -1;
    }
    for (int i = from; i < count; i++) {
      if (id(i) == id && isLive(i)) {
        return i;
      }
    }
    return -1;
  }

  /** The first field with this well-known name, or -1. */
  public int find(int id) {
    return find(id, 0);
  }

  /** The first field with this name at or behind {@code from}, or -1. */
  public int find(String name, int from) {
    int id = HeaderNames.idOf(name);
    if (id != HeaderNames.OTHER) {
      return find(id, from);
    }
    for (int i = from; i < count; i++) {
      if (isLive(i) && Ascii.equals(bytes, at(i, NAME), at(i, NAME_LENGTH), name)) {
        return i;
      }
    }
    return -1;
  }

  public boolean contains(int id) {
    return find(id) >= 0;
  }

  public boolean contains(String name) {
    return find(name, 0) >= 0;
  }

  /** The first value of this well-known name, or null. */
  public @Nullable String first(int id) {
    int i = find(id);
    return i < 0 ? null : value(i);
  }

  /** The first value of this name, or null. */
  public @Nullable String first(String name) {
    int i = find(name, 0);
    return i < 0 ? null : value(i);
  }

  /** Every value of this well-known name, in order. */
  public List<String> all(int id) {
    var values = new ArrayList<String>();
    for (int i = find(id); i >= 0; i = find(id, i + 1)) {
      values.add(value(i));
    }
    return values;
  }

  /** Every value of this name, in order. */
  public List<String> all(String name) {
    var values = new ArrayList<String>();
    for (int i = find(name, 0); i >= 0; i = find(name, i + 1)) {
      values.add(value(i));
    }
    return values;
  }

  /** Calls back with each name, as received, and value. */
  public void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < count; i++) {
      if (isLive(i)) {
        action.accept(name(i), value(i));
      }
    }
  }

  /** Whether the value of field {@code i} is {@code expected}, whatever the case. */
  public boolean valueIs(int i, String expected) {
    return Ascii.equals(bytes, at(i, VALUE), at(i, VALUE_LENGTH), expected);
  }

  /** Removes every field with this well-known name; whether there was one. */
  public boolean remove(int id) {
    int i = find(id);
    if (i < 0) {
      return false;
    }
    for (; i >= 0; i = find(id, i + 1)) {
      removeAt(i);
    }
    present &= ~(1L << id);
    return true;
  }

  /** Removes every field with this name; whether there was one. */
  public boolean remove(String name) {
    int id = HeaderNames.idOf(name);
    if (id != HeaderNames.OTHER) {
      return remove(id);
    }
    boolean found = false;
    for (int i = find(name, 0); i >= 0; i = find(name, i + 1)) {
      removeAt(i);
      found = true;
    }
    return found;
  }

  /** Removes field {@code i}. */
  public void removeAt(int i) {
    table[i * STRIDE + NAME_LENGTH] = 0;
  }

  /** Adds a field. Throws when the value holds CR, LF, NUL or another control. */
  public void add(int id, String value) {
    FieldRules.checkValue(HeaderNames.nameOf(id), value);
    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
    append(id, HeaderNames.bytesOf(id), bytes, bytes.length);
  }

  /** Adds a field that was checked before. */
  public void add(FixedField field) {
    byte[] line = field.line();
    int start = appendRaw(line);
    int nameLength = field.nameLength();
    int value = start + nameLength + 2;
    enter(field.id(), start, nameLength, value, used - 2 - value, used);
  }

  /**
   * Adds a field whose value is {@code length} bytes of {@code value}. Throws when they hold a
   * control.
   */
  public void add(int id, byte[] value, int length) {
    if (Bytes.firstControl(value, 0, length) != length) {
      FieldRules.checkValue(HeaderNames.nameOf(id), text(value, length));
    }
    append(id, HeaderNames.bytesOf(id), value, length);
  }

  /** Adds a field whose value lies in {@link #array} already and was checked there. */
  public void addOwn(int id, int value, int length) {
    byte[] name = HeaderNames.bytesOf(id);
    reserve(name.length + length + 4);
    int start = appendRaw(name);
    bytes[used++] = ':';
    bytes[used++] = ' ';
    int copy = used;
    System.arraycopy(bytes, value, bytes, copy, length);
    used += length;
    bytes[used++] = '\r';
    bytes[used++] = '\n';
    enter(id, start, name.length, copy, length, used);
  }

  /** Adds a field. Throws when the name is no token or the value holds a control. */
  public void add(String name, String value) {
    FieldRules.checkName(name);
    FieldRules.checkValue(name, value);
    byte[] nameBytes = name.getBytes(StandardCharsets.ISO_8859_1);
    int id = HeaderNames.idOf(nameBytes, 0, nameBytes.length);
    byte[] valueBytes = value.getBytes(StandardCharsets.ISO_8859_1);
    append(id, nameBytes, valueBytes, valueBytes.length);
  }

  /** {@link #remove(int)}, then {@link #add(int, String)}. */
  public void set(int id, String value) {
    remove(id);
    add(id, value);
  }

  /** {@link #remove(int)}, then {@link #add(FixedField)}. */
  public void set(FixedField field) {
    remove(field.id());
    add(field);
  }

  /** {@link #remove(int)}, then {@link #add(int, byte[], int)}. */
  public void set(int id, byte[] value, int length) {
    remove(id);
    add(id, value, length);
  }

  /** {@link #remove(String)}, then {@link #add(String, String)}. */
  public void set(String name, String value) {
    remove(name);
    add(name, value);
  }

  /** For codecs: room for {@code more} bytes behind those in use; returns the array. */
  public byte[] reserve(int more) {
    if (bytes.length - used < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, used + more));
    }
    return bytes;
  }

  /** For codecs: that many bytes of the array are in use now. */
  public void used(int length) {
    used = length;
  }

  /** For codecs: a field whose line lies in the array already; the name's id is returned. */
  public int received(int name, int nameLength, int value, int valueLength, int lineEnd) {
    int id = HeaderNames.idOf(bytes, name, nameLength);
    received(id, name, nameLength, value, valueLength, lineEnd);
    return id;
  }

  /** For codecs: the same with the name's id known. */
  public void received(int id, int name, int nameLength, int value, int valueLength, int lineEnd) {
    enter(id, name, nameLength, value, valueLength, lineEnd);
  }

  /** For codecs: see {@link #isNeverIndexed}. */
  public void markNeverIndexed(int i) {
    table[i * STRIDE + ID] |= NEVER_INDEXED;
  }

  final int appendRaw(byte[] raw) {
    return appendRaw(raw, raw.length);
  }

  private int appendRaw(byte[] raw, int length) {
    int start = used;
    reserve(length);
    System.arraycopy(raw, 0, bytes, used, length);
    used += length;
    return start;
  }

  final String text(int offset, int length) {
    return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  private void append(int id, byte[] name, byte[] value, int valueLength) {
    reserve(name.length + valueLength + 4);
    int nameStart = appendRaw(name);
    bytes[used++] = ':';
    bytes[used++] = ' ';
    int valueStart = appendRaw(value, valueLength);
    bytes[used++] = '\r';
    bytes[used++] = '\n';
    enter(id, nameStart, name.length, valueStart, valueLength, used);
  }

  private void enter(int id, int name, int nameLength, int value, int valueLength, int lineEnd) {
    int at = count * STRIDE;
    if (at == table.length) {
      table = Arrays.copyOf(table, table.length * 2);
    }
    table[at + NAME] = name;
    table[at + NAME_LENGTH] = nameLength;
    table[at + VALUE] = value;
    table[at + VALUE_LENGTH] = valueLength;
    table[at + LINE_END] = lineEnd;
    table[at + ID] = id;
    present |= 1L << id;
    count++;
  }

  private int at(int i, int column) {
    return table[i * STRIDE + column];
  }
}
