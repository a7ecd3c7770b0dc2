package fairlead.telemetry;

import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of a page. Text becomes UTF-8 as it is appended, and stays in the chunk that it was
 * written to: a page of megabytes is nowhere in one piece, and nowhere twice. Written by one thread
 * at a time.
 */
public final class PageBytes {
  static final int LEAST_CHUNK = 256;
  static final int MOST_CHUNK = 16 * 1024;
  private static final byte[] NONE = {};

  /** In the place of half a character, as {@link String#getBytes} has it. */
  private static final char UNKNOWN = '?';

  private final List<ByteBuffer> full = new ArrayList<>();
  private long fullBytes;
  private byte[] chunk = NONE;
  private int used;

  /** The first half of a character whose second one is still to come, or 0. */
  private char half;

  /** What a page consists of that is there already; not copied. */
  public static PageBytes of(byte[] bytes) {
    var page = new PageBytes();
    for (int at = 0; at < bytes.length; at += MOST_CHUNK) {
      page.add(ByteBuffer.wrap(bytes, at, Math.min(bytes.length - at, MOST_CHUNK)));
    }
    return page;
  }

  /** This text. */
  public static PageBytes of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public PageBytes append(String text) {
    int at = 0;
    while (at < text.length()) {
      at = appendAscii(text, at);
      if (at < text.length()) {
        append(text.charAt(at++));
      }
    }
    return this;
  }

  /** As much from {@code at} on as is ASCII and has room in the chunk; how far that is. */
  private int appendAscii(String text, int at) {
    if (half != 0) {
      return at;
    }
    byte[] to = chunk;
    int shift = used - at;
    int end = Math.min(text.length(), to.length - shift);
    int i = at;
    for (; i < end; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        break;
      }
      to[i + shift] = (byte) c;
    }
    used = i + shift;
    return i;
  }

  /** Halves of a character may come one after the other. */
  public PageBytes append(char c) {
    if (half != 0 && Character.isLowSurrogate(c)) {
      int whole = Character.toCodePoint(half, c);
      half = 0;
      put(0xf0 | (whole >> 18));
      put(0x80 | ((whole >> 12) & 0x3f));
      put(0x80 | ((whole >> 6) & 0x3f));
      put(0x80 | (whole & 0x3f));
      return this;
    }
    endHalf();
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xc0 | (c >> 6));
      put(0x80 | (c & 0x3f));
    } else if (Character.isHighSurrogate(c)) {
      half = c;
    } else if (Character.isLowSurrogate(c)) {
      put(UNKNOWN);
    } else {
      put(0xe0 | (c >> 12));
      put(0x80 | ((c >> 6) & 0x3f));
      put(0x80 | (c & 0x3f));
    }
    return this;
  }

  /** Takes over all that {@code other} has, which is empty afterwards. */
  public PageBytes append(PageBytes other) {
    endHalf();
    other.endHalf();
    endChunk();
    other.endChunk();
    full.addAll(other.full);
    fullBytes += other.fullBytes;
    other.full.clear();
    other.fullBytes = 0;
    return this;
  }

  /** Bytes as they are, copied. */
  public PageBytes append(byte[] bytes, int offset, int length) {
    endHalf();
    int end = offset + length;
    for (int at = offset; at < end; ) {
      if (used == chunk.length) {
        nextChunk();
      }
      int fitting = Math.min(end - at, chunk.length - used);
      System.arraycopy(bytes, at, chunk, used, fitting);
      used += fitting;
      at += fitting;
    }
    return this;
  }

  /** Appends what is written to it, at once. */
  public Writer asWriter() {
    return new Writer() {
      @Override
      public void write(char[] text, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
          PageBytes.this.append(text[i]);
        }
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private void endHalf() {
    if (half != 0) {
      half = 0;
      put(UNKNOWN);
    }
  }

  private void put(int octet) {
    if (used == chunk.length) {
      nextChunk();
    }
    chunk[used++] = (byte) octet;
  }

  /** The first ones are small, for what stays small. */
  private void nextChunk() {
    int size = Math.clamp(2L * chunk.length, LEAST_CHUNK, MOST_CHUNK);
    endChunk();
    chunk = new byte[size];
  }

  private void endChunk() {
    if (used > 0) {
      add(ByteBuffer.wrap(chunk, 0, used));
    }
    chunk = NONE;
    used = 0;
  }

  private void add(ByteBuffer bytes) {
    full.add(bytes);
    fullBytes += bytes.remaining();
  }

  /** How many there are. */
  public long length() {
    return fullBytes + used + (half == 0 ? 0 : 1);
  }

  /** All of them in order, not copied: to be read only, and nothing is to be appended any more. */
  public List<ByteBuffer> chunks() {
    var all = new ArrayList<ByteBuffer>(full.size() + 2);
    full.forEach(each -> all.add(each.duplicate()));
    if (used > 0) {
      all.add(ByteBuffer.wrap(chunk, 0, used));
    }
    if (half != 0) {
      all.add(ByteBuffer.wrap(new byte[] {UNKNOWN}));
    }
    return all;
  }

  /** As text, in one piece. */
  @Override
  public String toString() {
    var all = ByteBuffer.allocate(Math.toIntExact(length()));
    chunks().forEach(all::put);
    return new String(all.array(), StandardCharsets.UTF_8);
  }
}
