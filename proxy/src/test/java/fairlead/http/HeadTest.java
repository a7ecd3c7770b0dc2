package fairlead.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTest {
  private final Head head = Head.request("GET", "/x");

  @Test
  void findsEveryWellKnownNameInAnyCase() {
    for (int id = 1; id <= HeaderNames.X_B3_FLAGS; id++) {
      String name = HeaderNames.nameOf(id);

      assertThat(HeaderNames.idOf(name)).as(name).isEqualTo(id);
      assertThat(HeaderNames.idOf(name.toUpperCase(java.util.Locale.ROOT))).isEqualTo(id);
      assertThat(HeaderNames.idOf(name + "x")).isEqualTo(HeaderNames.OTHER);
    }
  }

  @Test
  void tellsNamesApartThatDifferInOneByteOnly() {
    assertThat(HeaderNames.idOf("Hosu")).isEqualTo(HeaderNames.OTHER);
    assertThat(HeaderNames.idOf("content_length")).isEqualTo(HeaderNames.OTHER);
    assertThat(HeaderNames.idOf("")).isEqualTo(HeaderNames.OTHER);
  }

  @Test
  void keepsValuesInOrder() {
    head.add("Accept", "a");
    head.add(HeaderNames.VIA, "1.1 x");
    head.add("ACCEPT", "b");

    assertThat(head.all("accept")).containsExactly("a", "b");
    assertThat(head.first("via")).isEqualTo("1.1 x");
    assertThat(head.first(HeaderNames.VIA)).isEqualTo("1.1 x");
    assertThat(head.first(HeaderNames.HOST)).isNull();
    assertThat(head.first("nothing")).isNull();
  }

  @Test
  void removesEveryFieldOfAName() {
    head.add("a", "1");
    head.add(HeaderNames.COOKIE, "c=1");
    head.add("A", "2");
    head.add(HeaderNames.COOKIE, "c=2");

    assertThat(head.remove("a")).isTrue();
    assertThat(head.remove("a")).isFalse();
    assertThat(head.remove(HeaderNames.COOKIE)).isTrue();
    assertThat(head.remove(HeaderNames.COOKIE)).isFalse();

    var seen = new ArrayList<String>();
    head.forEach((name, _) -> seen.add(name));
    assertThat(seen).isEmpty();
    assertThat(head.contains("a")).isFalse();
    assertThat(head.contains(HeaderNames.COOKIE)).isFalse();
  }

  @Test
  void setReplacesAllValues() {
    head.add(HeaderNames.HOST, "a");
    head.add(HeaderNames.HOST, "b");

    head.set("host", "c");

    assertThat(head.all(HeaderNames.HOST)).containsExactly("c");
    assertThat(
            new String(
                head.array(), head.hostOffset(), head.hostLength(), StandardCharsets.ISO_8859_1))
        .isEqualTo("c");
  }

  @Test
  void holdsMoreFieldsAndBytesThanItBeganWith() {
    for (int i = 0; i < 200; i++) {
      head.add("name-" + i, "value-" + i);
    }

    assertThat(head.first("name-199")).isEqualTo("value-199");
    assertThat(head.first("name-0")).isEqualTo("value-0");
  }

  @Test
  void resetForgetsEverything() {
    head.add(HeaderNames.HOST, "a");
    head.mark(Head.CHUNKED | Head.CLOSE);

    head.reset();

    assertThat(head.count()).isZero();
    assertThat(head.contains(HeaderNames.HOST)).isFalse();
    assertThat(head.hostOffset()).isEqualTo(-1);
    assertThat(head.isChunked()).isFalse();
    assertThat(head.wantsClose()).isFalse();
    assertThat(head.target()).isEmpty();
  }

  @Test
  void makesRequestsOfOurOwn() {
    var request = Head.request("PROPFIND", "/a?b");

    assertThat(request.isRequest()).isTrue();
    assertThat(request.method()).isEqualTo("PROPFIND");
    assertThat(request.methodIs("PROPFIND")).isTrue();
    assertThat(request.methodIs("GET")).isFalse();
    assertThat(request.target()).isEqualTo("/a?b");
    assertThat(request.minorVersion()).isEqualTo(1);
    assertThat(request.contentLength()).isEqualTo(-1);
  }

  @Test
  void makesResponsesOfOurOwn() {
    var response = Head.response(502, "Bad Gateway");

    assertThat(response.isRequest()).isFalse();
    assertThat(response.status()).isEqualTo(502);
    assertThat(response.reason()).isEqualTo("Bad Gateway");
  }

  @Test
  void newTargetReplacesTheOld() {
    head.setTarget("/y?z=1");

    assertThat(head.target()).isEqualTo("/y?z=1");
    assertThat(head.method()).isEqualTo("GET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nb: c", "a\nb", "a\rb", "a\0b", "a\u007fb", "\u0100"})
  void threat18_refusesValuesThatWouldBreakTheMessage(String value) {
    assertThatThrownBy(() -> head.add("x", value)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> head.set(HeaderNames.VIA, value))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Head.response(200, value))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void threat18_refusesEncodedValuesThatWouldBreakTheMessage() {
    byte[] value = {'a', '\r', '\n'};

    assertThatThrownBy(() -> head.add(HeaderNames.VIA, value, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("value of header Via: char 0xd at 1 (expected: none like it)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:b", "a\n", "\u00e4", "\u0141"})
  void threat18_refusesNamesThatAreNoTokens(String name) {
    assertThatThrownBy(() -> head.add(name, "x")).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a b", "/a\r\nb", "/\u00e4", "/a\0"})
  void threat18_refusesTargetsThatWouldBreakTheMessage(String target) {
    assertThatThrownBy(() -> head.setTarget(target)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void threat18_keepsBytesAboveAscii() {
    head.add("x", "caf\u00e9");

    assertThat(head.first("x")).isEqualTo("caf\u00e9");
  }
}
