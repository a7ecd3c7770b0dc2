package fairlead.http1;

import fairlead.http.Ascii;
import fairlead.http.FieldRules;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the fields of a head say about framing and the connection, noted in the head (RFC 9112 §6,
 * §9). Both kinds of framing together, a framing field twice or in an odd form are refused.
 */
final class Semantics {
  private static final Rejection LENGTH_TWICE = Rejection.bad("more than one Content-Length");
  private static final Rejection LENGTH_FORM =
      Rejection.bad("Content-Length is not a plain decimal number");
  private static final Rejection CODING_TWICE = Rejection.bad("more than one Transfer-Encoding");
  private static final Rejection CODING_FORM =
      Rejection.bad("Transfer-Encoding is not exactly 'chunked'");
  private static final Rejection CODING_VERSION =
      Rejection.bad("Transfer-Encoding in an HTTP/1.0 message");
  private static final Rejection BOTH = Rejection.bad("both Content-Length and Transfer-Encoding");
  private static final Rejection OPTION = Rejection.bad("an option of Connection is not a token");

  private static final byte[] CLOSE = bytes("close");
  private static final byte[] KEEP_ALIVE = bytes("keep-alive");
  private static final byte[] UPGRADE = bytes("upgrade");

  private Semantics() {}

  /** Notes the facts in a complete head. Null when there is nothing to refuse. */
  static @Nullable Rejection note(Head head) {
    boolean upgrade = false;
    for (int i = 0; i < head.count(); i++) {
      Rejection rejection =
          switch (head.id(i)) {
            case HeaderNames.CONTENT_LENGTH -> length(head, i);
            case HeaderNames.TRANSFER_ENCODING -> coding(head, i);
            case HeaderNames.CONNECTION -> options(head, i);
            case HeaderNames.EXPECT -> expect(head, i);
            case HeaderNames.UPGRADE -> {
              upgrade = true;
              yield null;
            }
            default -> null;
          };
      if (rejection != null) {
        return rejection;
      }
    }
    if (upgrade && head.minorVersion() == 1 && head.listsUpgrade()) {
      head.mark(Head.UPGRADE);
    }
    return head.isChunked() && head.contentLength() >= 0 ? BOTH : null;
  }

  private static @Nullable Rejection length(Head head, int i) {
    if (head.contentLength() >= 0) {
      return LENGTH_TWICE;
    }
    byte[] bytes = head.array();
    int offset = head.valueOffset(i);
    int length = head.valueLength(i);
    // 18 digits cannot overflow; a leading zero is octal to somebody.
    if (length == 0 || length > 18 || (length > 1 && bytes[offset] == '0')) {
      return LENGTH_FORM;
    }
    long value = 0;
    for (int at = offset; at < offset + length; at++) {
      if (bytes[at] < '0' || bytes[at] > '9') {
        return LENGTH_FORM;
      }
      value = value * 10 + bytes[at] - '0';
    }
    head.receivedContentLength(value);
    return null;
  }

  private static @Nullable Rejection coding(Head head, int i) {
    if (head.minorVersion() == 0) {
      return CODING_VERSION;
    }
    if (head.isChunked()) {
      return CODING_TWICE;
    }
    if (!head.valueIs(i, "chunked") || (head.isRequest() && !isPlainlyChunked(head, i))) {
      return CODING_FORM;
    }
    head.mark(Head.CHUNKED);
    return null;
  }

  /** Callers write it in lower case, one space before, none behind: all else is disguise. */
  private static boolean isPlainlyChunked(Head head, int i) {
    byte[] bytes = head.array();
    int value = head.valueOffset(i);
    int colon = head.lineOffset(i) + head.nameLength(i);
    boolean spaced = value == colon + 1 || (value == colon + 2 && bytes[colon + 1] == ' ');
    return spaced && value + 7 + 2 == head.lineEnd(i) && head.value(i).equals("chunked");
  }

  private static @Nullable Rejection expect(Head head, int i) {
    if (head.minorVersion() == 1 && head.isRequest() && head.valueIs(i, "100-continue")) {
      head.mark(Head.EXPECT_CONTINUE);
    }
    return null;
  }

  private static @Nullable Rejection options(Head head, int i) {
    byte[] bytes = head.array();
    int end = head.valueOffset(i) + head.valueLength(i);
    int at = head.valueOffset(i);
    while (at < end) {
      int comma = at;
      while (comma < end && bytes[comma] != ',') {
        comma++;
      }
      if (!option(head, trimLeft(bytes, at, comma), trimRight(bytes, at, comma))) {
        return OPTION;
      }
      at = comma + 1;
    }
    return null;
  }

  /** Notes one option; empty ones are allowed in a list (RFC 9110 §5.6.1). */
  private static boolean option(Head head, int from, int to) {
    byte[] bytes = head.array();
    for (int i = from; i < to; i++) {
      if (!FieldRules.isToken(bytes[i])) {
        return false;
      }
    }
    if (Ascii.equalsLower(bytes, from, to - from, CLOSE)) {
      head.mark(Head.CLOSE);
    } else if (Ascii.equalsLower(bytes, from, to - from, KEEP_ALIVE)) {
      head.mark(Head.KEEP_ALIVE);
    } else if (Ascii.equalsLower(bytes, from, to - from, UPGRADE)) {
      head.mark(Head.LISTS_UPGRADE);
    }
    return true;
  }

  private static int trimLeft(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && FieldLine.isBlank(bytes[i])) {
      i++;
    }
    return i;
  }

  private static int trimRight(byte[] bytes, int from, int to) {
    int i = to;
    while (i > from && FieldLine.isBlank(bytes[i - 1])) {
      i--;
    }
    return Math.max(i, trimLeft(bytes, from, to));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
