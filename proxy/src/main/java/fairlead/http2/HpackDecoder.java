package fairlead.http2;

import fairlead.http.Fields;
import io.netty.buffer.ByteBuf;

/**
 * Decodes the header blocks that one side of a connection sends (RFC 7541), all of them and in
 * their order, for each may change what the next ones mean. What is stored is bounded, and the work
 * too: it grows with the length of the block only, whatever the block refers to ({@code
 * spec/threats.md} 36, 37). Event loop only.
 */
public final class HpackDecoder {
  /** What a peer may have us remember unless told otherwise (RFC 9113 §6.5.2). */
  public static final int INITIAL_TABLE_BYTES = 4096;

  /** How a block ended. The tables are right in any case. */
  public enum Result {
    /** Every field was handed over. */
    DONE,
    /** Names and values are too long; the fields from some point on were not handed over. */
    TOO_LARGE,
    /** There are too many; those above the limit were not handed over. */
    TOO_MANY
  }

  /**
   * How many bytes of names that the table holds already may be copied within it for each byte of a
   * block; {@link #FREE_TABLES} whole tables come on top. Names are far shorter in earnest, and
   * without a limit three bytes would cost a table's worth of copying.
   */
  private static final int COPIES = 64;

  private static final int FREE_TABLES = 4;

  private static final int FIRST_DYNAMIC = StaticTable.COUNT + 1;
  private static final int NOTHING = Integer.MAX_VALUE;

  private final BlockReader reader = new BlockReader();
  private final DynamicTable table;
  private final int maxListBytes;
  private final int maxFields;

  /** What the peer was told; it may have chosen less. */
  private int maxTableBytes;

  /** The lowest limit below what the peer uses that no update has answered yet. */
  private int owed = NOTHING;

  private Result result = Result.DONE;
  private int listBytes;
  private int fields;
  private long copied;

  /** The index that names the literal field in hand, or 0 for a name of its own. */
  private int nameIndex;

  private int nameOffset;
  private int nameLength;
  private int id;

  /**
   * A decoder with an empty table.
   *
   * @param maxTableBytes what the peer may have us remember from the start, as RFC 7541 §4.1
   *     counts; with HTTP/2 {@link #INITIAL_TABLE_BYTES} until our settings are acknowledged
   * @param maxListBytes most bytes of names and values of a block, with 32 more for each field (RFC
   *     9113 §6.5.2, {@code SETTINGS_MAX_HEADER_LIST_SIZE})
   * @param maxFields most fields of a block, pseudo-header fields among them
   */
  public HpackDecoder(int maxTableBytes, int maxListBytes, int maxFields) {
    this.table = new DynamicTable(maxTableBytes);
    this.maxTableBytes = maxTableBytes;
    this.maxListBytes = maxListBytes;
    this.maxFields = maxFields;
  }

  /**
   * The peer has acknowledged this {@code SETTINGS_HEADER_TABLE_SIZE}. When it is below what the
   * peer uses, the next block has to begin with an update (RFC 7541 §4.2).
   */
  public void maxTableBytes(int bytes) {
    maxTableBytes = bytes;
    if (bytes < table.capacity()) {
      owed = Math.min(owed, bytes);
    }
  }

  /** What the table holds now, as RFC 7541 §4.1 counts. */
  public int tableBytes() {
    return table.size();
  }

  /**
   * Decodes a whole block, that of {@code HEADERS} with its {@code CONTINUATION}s. Each field is
   * written at the end of {@code into} as a line and handed to {@code sink}; of a field that the
   * sink enters and that must never be indexed, {@code into} is told so, of one that it only keeps,
   * the sink. Takes all bytes of {@code block} and does not release it.
   */
  public Result decode(ByteBuf block, Fields into, FieldSink sink) throws HpackException {
    result = Result.DONE;
    listBytes = 0;
    fields = 0;
    copied = 0;
    reader.begin(block);
    try {
      fields(into, sink);
      return result;
    } finally {
      reader.done();
    }
  }

  private void fields(Fields into, FieldSink sink) throws HpackException {
    boolean begun = false;
    while (reader.hasMore()) {
      int first = reader.field();
      if ((first & 0xe0) == 0x20) {
        if (begun) {
          throw new HpackException("a table size update stands behind a field");
        }
        resize(reader.integer(first, 0x1f));
      } else {
        if (owed != NOTHING) {
          throw new HpackException("the table size was not lowered after the limit was");
        }
        begun = true;
        field(first, into, sink);
      }
    }
  }

  /** RFC 7541 §6.3. */
  private void resize(int bytes) throws HpackException {
    if (bytes > Math.min(maxTableBytes, owed)) {
      throw new HpackException("a table size update is above the limit");
    }
    owed = NOTHING;
    table.setCapacity(bytes);
  }

  private void field(int first, Fields into, FieldSink sink) throws HpackException {
    if (first >= 0x80) {
      indexed(reader.integer(first, 0x7f), into, sink);
    } else if (first >= 0x40) {
      literal(first, 0x3f);
      store(false, into, sink);
      enter();
    } else {
      literal(first, 0x0f);
      store(first >= 0x10, into, sink);
    }
  }

  /** RFC 7541 §6.1: a field that one of the tables holds. */
  private void indexed(int index, Fields into, FieldSink sink) throws HpackException {
    refer(index);
    boolean known = index <= StaticTable.COUNT;
    int entry = index - FIRST_DYNAMIC;
    int valueLength = known ? StaticTable.valueLength(index) : table.valueLength(entry);
    if (admits(valueLength)) {
      int bytes = nameLength + valueLength + DynamicTable.LINE_EXTRA;
      int start = into.arrayLength();
      System.arraycopy(names(), nameOffset(), into.reserve(bytes), start, bytes);
      handOver(start, valueLength, false, into, sink);
    }
  }

  /** RFC 7541 §6.2: reads the name, or where it is to be had, and the value. */
  private void literal(int first, int prefix) throws HpackException {
    int index = reader.integer(first, prefix);
    if (index == 0) {
      reader.string();
      nameIndex = 0;
      nameOffset = reader.offset();
      nameLength = reader.length();
      id = PseudoHeaders.idOf(reader.bytes(), nameOffset, nameLength);
    } else {
      refer(index);
    }
    reader.string();
  }

  /** The name is that of this index. */
  private void refer(int index) throws HpackException {
    nameIndex = index;
    if (index == 0) {
      throw new HpackException("index 0 stands for no field");
    }
    if (index <= StaticTable.COUNT) {
      nameLength = StaticTable.nameLength(index);
      id = StaticTable.id(index);
      return;
    }
    int entry = index - FIRST_DYNAMIC;
    if (entry >= table.count()) {
      throw new HpackException("an index is beyond the tables");
    }
    nameLength = table.nameLength(entry);
    id = table.id(entry);
  }

  /** The array that holds the name, at {@link #nameOffset()}. */
  private byte[] names() {
    if (nameIndex == 0) {
      return reader.bytes();
    }
    return nameIndex <= StaticTable.COUNT ? StaticTable.LINES : table.lines();
  }

  private int nameOffset() {
    if (nameIndex == 0) {
      return nameOffset;
    }
    return nameIndex <= StaticTable.COUNT
        ? StaticTable.offset(nameIndex)
        : table.offset(nameIndex - FIRST_DYNAMIC);
  }

  /** Whether the field is within the limits; once one was not, none is. */
  private boolean admits(int valueLength) {
    if (result != Result.DONE) {
      return false;
    }
    if (fields == maxFields) {
      result = Result.TOO_MANY;
      return false;
    }
    listBytes += nameLength + valueLength + DynamicTable.OVERHEAD;
    if (listBytes > maxListBytes) {
      result = Result.TOO_LARGE;
      return false;
    }
    fields++;
    return true;
  }

  /** The literal field in hand to {@code into} and {@code sink}. */
  private void store(boolean neverIndexed, Fields into, FieldSink sink) {
    int valueLength = reader.length();
    if (admits(valueLength)) {
      int start = into.arrayLength();
      write(into.reserve(nameLength + valueLength + DynamicTable.LINE_EXTRA), start);
      handOver(start, valueLength, neverIndexed, into, sink);
    }
  }

  /** RFC 7541 §6.2.1: the literal field in hand into the table. */
  private void enter() throws HpackException {
    int valueLength = reader.length();
    if (!table.couldHold(nameLength + valueLength)) {
      table.clear();
      return;
    }
    if (nameIndex >= FIRST_DYNAMIC) {
      copied += nameLength;
      if (copied > COPIES * (long) reader.blockBytes() + FREE_TABLES * (long) maxTableBytes) {
        throw new HpackException("long names are entered in the table over and over");
      }
    }
    int at = table.room(nameLength + valueLength + DynamicTable.LINE_EXTRA);
    write(table.lines(), at);
    table.push(nameLength, valueLength, id);
  }

  private void write(byte[] to, int at) {
    System.arraycopy(names(), nameOffset(), to, at, nameLength);
    at += nameLength;
    to[at++] = ':';
    to[at++] = ' ';
    System.arraycopy(reader.bytes(), reader.offset(), to, at, reader.length());
    at += reader.length();
    to[at++] = '\r';
    to[at] = '\n';
  }

  private void handOver(
      int start, int valueLength, boolean neverIndexed, Fields into, FieldSink sink) {
    int value = start + nameLength + 2;
    int lineEnd = value + valueLength + 2;
    into.used(lineEnd);
    int count = into.count();
    if (!sink.field(id, start, nameLength, value, valueLength, lineEnd)) {
      into.used(start);
    } else if (neverIndexed && into.count() > count) {
      into.markNeverIndexed(count);
    } else if (neverIndexed) {
      sink.neverIndexed();
    }
  }
}
