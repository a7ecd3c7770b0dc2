package fairlead.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.Requirement;
import fairlead.http.Fields;
import fairlead.http.HeaderNames;
import fairlead.http2.HeaderBlock.Literal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HpackEncoderTest {
  private final ByteBuf out = Unpooled.buffer();

  @ParameterizedTest
  @CsvSource({
    "200, 88",
    "204, 89",
    "206, 8a",
    "304, 8b",
    "400, 8c",
    "404, 8d",
    "500, 8e",
    "100, 0803313030",
    "503, 0803353033",
    "999, 0803393939"
  })
  void status(int code, String hex) {
    HpackEncoder.status(code, false, out);

    assertThat(written()).isEqualTo(hex);
  }

  @ParameterizedTest
  @CsvSource({
    "method, GET, 82",
    "method, POST, 83",
    "method, PUT, 0203505554",
    "method, GETS, 020447455453",
    "scheme, http, 86",
    "scheme, https, 87",
    "scheme, ftp, 0603667470",
    "path, /, 84",
    "path, /a, 04022f61",
    "path, *, 04012a",
    "authority, a:1, 0103613a31",
    "protocol, ws, 00093a70726f746f636f6c027773",
  })
  void pseudoHeaders(String name, String value, String hex) {
    byte[] bytes = (">" + value + "<").getBytes(US_ASCII);
    int length = value.length();
    switch (name) {
      case "method" -> HpackEncoder.method(bytes, 1, length, false, out);
      case "scheme" -> HpackEncoder.scheme(bytes, 1, length, false, out);
      case "path" -> HpackEncoder.path(bytes, 1, length, false, out);
      case "authority" -> HpackEncoder.authority(bytes, 1, length, false, out);
      default -> HpackEncoder.protocol(bytes, 1, length, false, out);
    }

    assertThat(written()).isEqualTo(hex);
  }

  @Test
  void namesOfTheStaticTableAreIndexesAndOthersAreInLowerCase() {
    var fields = new Fields();
    fields.add("User-Agent", "a");
    fields.add("CONTENT-LENGTH", "5");
    fields.add("X-Forwarded-For", "::1");
    fields.add("X-~^_`AZ", "Value");
    HpackEncoder.fields(fields, true, out);

    assertThat(out)
        .isEqualTo(
            new HeaderBlock()
                .field(Literal.NOT_INDEXED, 58, "a")
                .field(Literal.NOT_INDEXED, 28, "5")
                .field(Literal.NOT_INDEXED, "x-forwarded-for", "::1")
                .field(Literal.NOT_INDEXED, "x-~^_`az", "Value")
                .buffer());
  }

  @Test
  void onlyTheExactFieldOfTheStaticTableIsAnIndex() {
    var fields = new Fields();
    fields.add(HeaderNames.ACCEPT_ENCODING, "gzip, deflate");
    fields.add(HeaderNames.ACCEPT_ENCODING, "GZIP, deflate");
    fields.add(HeaderNames.ACCEPT_ENCODING, "gzip, deflate, br");
    HpackEncoder.fields(fields, true, out);

    assertThat(out)
        .isEqualTo(
            new HeaderBlock()
                .indexed(16)
                .field(Literal.NOT_INDEXED, 16, "GZIP, deflate")
                .field(Literal.NOT_INDEXED, 16, "gzip, deflate, br")
                .buffer());
  }

  @ParameterizedTest
  @CsvSource({"Authorization, 23", "Proxy-Authorization, 49", "Cookie, 32", "Set-Cookie, 55"})
  void credentialsAreNeverIndexed(String name, int index) {
    var fields = new Fields();
    fields.add(name, "secret");
    HpackEncoder.fields(fields, true, out);

    assertThat(out)
        .isEqualTo(new HeaderBlock().field(Literal.NEVER_INDEXED, index, "secret").buffer());
  }

  /** RFC 7541 §6.2.3, for a known name, one of the static table with that value, and another. */
  @ParameterizedTest
  @ValueSource(strings = {"user-agent: a", "accept-encoding: gzip, deflate", "token: s"})
  @Requirement(rfc = "7541 §6.2.3", says = "what must never be indexed is passed on so")
  @Requirement(
      rfc = "7541 §7.1.3",
      says = "an intermediary does not let others index what must never be")
  void whatCameAsNeverIndexedGoesOnSo(String field) throws HpackException {
    int colon = field.indexOf(':');
    var decoding = Decoding.ofTable(4096);
    decoding.decode(
        new HeaderBlock()
            .field(Literal.NEVER_INDEXED, field.substring(0, colon), field.substring(colon + 2)));
    HpackEncoder.fields(decoding.into(), true, out);

    assertThat(out.getByte(0) & 0xf0).isEqualTo(0x10);
    assertThat(decoding.decode(out.duplicate())).containsExactly(field);
  }

  @Test
  void whatBelongsToAnHttp1ConnectionStaysThere() throws HpackException {
    var fields = new Fields();
    fields.add("Connection", "close");
    fields.add("Keep-Alive", "timeout=5");
    fields.add("Proxy-Connection", "close");
    fields.add("Transfer-Encoding", "chunked");
    fields.add("Upgrade", "h2c");
    fields.add("TE", "gzip");
    fields.add("TE", "Trailers");
    fields.add("Host", "web");
    fields.add("Content-Length", "3");
    fields.add("removed", "1");
    fields.remove("removed");

    HpackEncoder.fields(fields, false, out);
    assertThat(Decoding.ofTable(0).decode(out.copy()))
        .containsExactly("te: trailers", "content-length: 3");
    HpackEncoder.fields(fields, true, out.clear());
    assertThat(Decoding.ofTable(0).decode(out.copy()))
        .containsExactly("te: trailers", "host: web", "content-length: 3");
  }

  @Test
  void everyKnownNameComesBack() throws HpackException {
    for (int id = 1; id < HeaderNames.count(); id++) {
      var fields = new Fields();
      fields.add(id, "v");
      HpackEncoder.field(fields, 0, out.clear());
      var decoding = Decoding.ofTable(0);

      assertThat(decoding.decode(out.copy()))
          .containsExactly(HeaderNames.nameOf(id).toLowerCase(Locale.ROOT) + ": v");
      assertThat(decoding.into().id(0)).isEqualTo(id);
    }
  }

  /** Around each length where an integer or a word of eight bytes ends. */
  @Test
  void anyLengths() throws HpackException {
    for (int length = 1; length < 300; length++) {
      var fields = new Fields();
      fields.add("X" + "aB-".repeat(length).substring(0, length), "v".repeat(length * 60));
      HpackEncoder.fields(fields, true, out.clear());

      assertThat(Decoding.ofTable(0).decode(out.copy()))
          .containsExactly(fields.name(0).toLowerCase(Locale.ROOT) + ": " + fields.value(0));
    }
  }

  /** Names of every byte that may stand in one, at each place of a word. */
  @Test
  void lowersLettersAndNothingElse() {
    for (int c = 0; c < 256; c++) {
      for (int at = 0; at < 17; at++) {
        byte[] bytes = "0123456789abcdef!".getBytes(US_ASCII);
        bytes[at] = (byte) c;
        LowerCase.write(bytes, 0, bytes.length, out.clear());
        byte expected = c >= 'A' && c <= 'Z' ? (byte) (c + 32) : (byte) c;

        assertThat(out.getByte(at)).isEqualTo(expected);
        bytes[at] = expected;
        assertThat(ByteBufUtil.getBytes(out)).isEqualTo(bytes);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: b\rc", "a: b\nc", "a: b\0c", "a\n: b", "a b: c", "a:b: c"})
  void threat18_refusesBytesThatWereNotChecked(String line) {
    var fields = new Fields();
    byte[] smuggled = (line + "\r\n").getBytes(ISO_8859_1);
    System.arraycopy(smuggled, 0, fields.reserve(smuggled.length), 0, smuggled.length);
    fields.used(smuggled.length);
    int colon = line.lastIndexOf(':');
    fields.received(0, colon, colon + 2, line.length() - colon - 2, smuggled.length);

    assertThatThrownBy(() -> HpackEncoder.fields(fields, true, out))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("was not checked");
  }

  @Test
  void threat18_refusesThemInPseudoHeaders() {
    byte[] bytes = "/a\r\nb".getBytes(US_ASCII);

    assertThatThrownBy(() -> HpackEncoder.path(bytes, 0, bytes.length, false, out))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> HpackEncoder.authority(bytes, 0, bytes.length, false, out))
        .isInstanceOf(AssertionError.class);
  }

  private String written() {
    return HexFormat.of().formatHex(ByteBufUtil.getBytes(out));
  }
}
