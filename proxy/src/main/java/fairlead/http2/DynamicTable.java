package fairlead.http2;

/**
 * Fields that the peer had us remember, newest first (RFC 7541 §2.3.2, §4). Their lines lie one
 * behind the other in one array of at most twice the capacity and slide to its beginning when its
 * end is reached: each byte is moved once at most for each byte that is added. Event loop only.
 */
final class DynamicTable {
  /** What an entry costs besides its name and value (RFC 7541 §4.1). */
  static final int OVERHEAD = 32;

  /** What a line has besides its name and value: colon, space, CRLF. */
  static final int LINE_EXTRA = 4;

  private static final int OFFSET = 0;
  private static final int NAME_LENGTH = 1;
  private static final int VALUE_LENGTH = 2;
  private static final int ID = 3;
  private static final int STRIDE = 4;
  private static final int FEWEST = 8;
  private static final int SMALLEST = 256;

  private int capacity;
  private int size;

  private byte[] lines = new byte[0];

  /** Where in {@link #lines} the newest line ends. */
  private int end;

  /** A ring of as many entries as a power of two. */
  private int[] entries = new int[0];

  /** Counts all entries that ever were; the newest is at one less. */
  private int next;

  private int count;

  DynamicTable(int capacity) {
    this.capacity = capacity;
  }

  int capacity() {
    return capacity;
  }

  /** The sum of the sizes of the entries. */
  int size() {
    return size;
  }

  int count() {
    return count;
  }

  /** Sets the capacity and drops what no longer fits. */
  void setCapacity(int bytes) {
    capacity = bytes;
    evictTo(bytes);
    startOver();
  }

  /** The lines. Changes with {@link #room}. */
  byte[] lines() {
    return lines;
  }

  /** Where in {@link #lines} entry {@code i}, 0 for the newest, begins. */
  int offset(int i) {
    return at(i, OFFSET);
  }

  int nameLength(int i) {
    return at(i, NAME_LENGTH);
  }

  int valueLength(int i) {
    return at(i, VALUE_LENGTH);
  }

  int id(int i) {
    return at(i, ID);
  }

  /** Whether an entry with that many bytes of name and value could be held. */
  boolean couldHold(int bytes) {
    return bytes + OVERHEAD <= capacity;
  }

  void clear() {
    evictTo(0);
    startOver();
  }

  /**
   * Makes room for a line of an entry that {@link #couldHold} allows. No entry goes, so that the
   * new one can still take its name from one; lines may move.
   *
   * @return where in {@link #lines} to write it, before {@link #push}
   */
  int room(int lineBytes) {
    if (lines.length - end < lineBytes) {
      int from = count == 0 ? end : offset(count - 1);
      int live = end - from;
      byte[] to = arrayFor(live + lineBytes);
      System.arraycopy(lines, from, to, 0, live);
      lines = to;
      end = live;
      for (int i = 0; i < count; i++) {
        entries[slot(i) + OFFSET] -= from;
      }
    }
    return end;
  }

  /** Enters the entry whose line was written, and drops the oldest ones that it leaves no room. */
  void push(int nameLength, int valueLength, int id) {
    int bytes = nameLength + valueLength + OVERHEAD;
    evictTo(capacity - bytes);
    if (count * STRIDE == entries.length) {
      growEntries();
    }
    next++;
    count++;
    int slot = slot(0);
    entries[slot + OFFSET] = end;
    entries[slot + NAME_LENGTH] = nameLength;
    entries[slot + VALUE_LENGTH] = valueLength;
    entries[slot + ID] = id;
    size += bytes;
    end += nameLength + valueLength + LINE_EXTRA;
  }

  private void evictTo(int most) {
    while (size > most) {
      size -= nameLength(count - 1) + valueLength(count - 1) + OVERHEAD;
      count--;
    }
  }

  private void startOver() {
    if (count == 0) {
      end = 0;
    }
  }

  /**
   * The same array or a larger one, such that half of it is free unless it is as large as may be.
   */
  private byte[] arrayFor(int needed) {
    int most = Math.max(2 * capacity, needed);
    if (needed <= lines.length && (needed <= lines.length / 2 || lines.length >= most)) {
      return lines;
    }
    return new byte[Math.clamp(2L * needed, Math.min(SMALLEST, most), most)];
  }

  private void growEntries() {
    var more = new int[Math.max(FEWEST * STRIDE, entries.length * 2)];
    int mask = more.length / STRIDE - 1;
    for (int i = 0; i < count; i++) {
      System.arraycopy(entries, slot(i), more, ((next - 1 - i) & mask) * STRIDE, STRIDE);
    }
    entries = more;
  }

  private int at(int i, int column) {
    return entries[slot(i) + column];
  }

  private int slot(int i) {
    int mask = entries.length / STRIDE - 1;
    return ((next - 1 - i) & mask) * STRIDE;
  }
}
