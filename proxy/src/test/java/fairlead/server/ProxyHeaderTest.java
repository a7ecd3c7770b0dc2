package fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.server.ProxyHeader.Result;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol's headers as bytes (threat 49). */
class ProxyHeaderTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
  private static final String V4 = "c0000201" + "c6336402" + "3039" + "0050";
  private static final String V6 =
      "20010db8000000000000000000000001" + "20010db8000000000000000000000002" + "3039" + "0050";

  private static byte[] v2(String command, String family, String rest) {
    return HEX.parseHex(
        SIGNATURE + command + family + HEX.toHexDigits((short) (rest.length() / 2)) + rest);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Result read(byte[] bytes) {
    return ProxyHeader.read(Unpooled.wrappedBuffer(bytes));
  }

  private static InetSocketAddress address(String ip, int port) {
    return new InetSocketAddress(ip, port);
  }

  static List<byte[]> good() {
    var all = new ArrayList<byte[]>();
    all.add(ascii("PROXY TCP4 192.0.2.1 198.51.100.2 12345 80\r\n"));
    all.add(ascii("PROXY TCP6 2001:db8::1 2001:db8::2 12345 80\r\n"));
    all.add(ascii("PROXY UNKNOWN\r\n"));
    all.add(ascii("PROXY UNKNOWN what ever 1 2 3 it says\r\n"));
    all.add(v2("21", "11", V4));
    all.add(v2("21", "21", V6));
    all.add(v2("21", "11", V4 + "01000568322d3134" + "040000"));
    all.add(v2("21", "00", ""));
    all.add(v2("21", "12", V4));
    all.add(v2("21", "31", "00".repeat(216)));
    all.add(v2("20", "00", ""));
    all.add(v2("20", "11", ""));
    all.add(v2("20", "11", "ffffff"));
    all.add(withChecksum());
    return all;
  }

  private static byte[] withChecksum() {
    byte[] header = v2("21", "11", V4 + "03000400000000" + "040001ff");
    int at = 16 + V4.length() / 2 + 3;
    var sum = new CRC32C();
    sum.update(header);
    byte[] value = HEX.parseHex(HEX.toHexDigits((int) sum.getValue()));
    System.arraycopy(value, 0, header, at, 4);
    return header;
  }

  @ParameterizedTest
  @MethodSource("good")
  void threat49_everyBeginningOfAHeaderWaitsForMoreAndWhatFollowsIsLeft(byte[] header) {
    for (int cut = 0; cut < header.length; cut++) {
      ByteBuf part = Unpooled.wrappedBuffer(Arrays.copyOf(header, cut));

      assertThat(ProxyHeader.read(part)).as("%d bytes", cut).isInstanceOf(Result.NeedMore.class);
      assertThat(part.readerIndex()).isZero();
    }
    ByteBuf whole = Unpooled.wrappedBuffer(header, ascii("GET /"));

    assertThat(ProxyHeader.read(whole)).isInstanceOf(Result.Done.class);
    assertThat(whole.toString(StandardCharsets.US_ASCII)).isEqualTo("GET /");
  }

  @Test
  void threat49_bothVersionsTellOfBothEnds() {
    var v4 =
        new Result.Done(
            new ProxyHeader.Told(address("192.0.2.1", 12345), address("198.51.100.2", 80)));
    var v6 =
        new Result.Done(
            new ProxyHeader.Told(address("2001:db8::1", 12345), address("2001:db8::2", 80)));

    assertThat(good().stream().map(ProxyHeaderTest::read).toList())
        .startsWith(v4, v6, new Result.Done(null), new Result.Done(null), v4, v6, v4)
        .endsWith(v4);
  }

  @Test
  void threat49_localAndOtherFamiliesTellOfNobody() {
    for (byte[] header :
        List.of(
            v2("20", "00", ""),
            v2("20", "11", ""),
            v2("20", "11", V4),
            v2("21", "00", ""),
            v2("21", "12", V4),
            v2("21", "31", "00".repeat(216)))) {
      assertThat(read(header)).isEqualTo(new Result.Done(null));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "\r\nPROXY TCP4 192.0.2.1 198.51.100.2 1 2\r\n",
        "PROXY\r\n",
        "PROXY  TCP4 192.0.2.1 198.51.100.2 1 2\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 1\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 1 2 3\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 1 2 \r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 1 65536\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 01 2\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 -1 2\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 +1 2\r\n",
        "PROXY TCP4 192.0.2.256 198.51.100.2 1 2\r\n",
        "PROXY TCP4 192.0.2 198.51.100.2 1 2\r\n",
        "PROXY TCP4 localhost 198.51.100.2 1 2\r\n",
        "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
        "PROXY TCP6 192.0.2.1 198.51.100.2 1 2\r\n",
        "PROXY TCP6 fe80::1%lo fe80::2 1 2\r\n",
        "PROXY TCP6 1::2::3 fe80::2 1 2\r\n",
        "PROXY TCP5 192.0.2.1 198.51.100.2 1 2\r\n",
        "PROXY tcp4 192.0.2.1 198.51.100.2 1 2\r\n",
        "PROXY UNKNOWN \rx",
        "proxy TCP4 192.0.2.1 198.51.100.2 1 2\r\n"
      })
  void threat49_malformedTextIsRefused(String text) {
    assertThat(read(ascii(text))).isInstanceOf(Result.Bad.class);
  }

  @Test
  void threat49_aLineOfTextHasALimit() {
    String most = "PROXY UNKNOWN " + "x".repeat(91);

    assertThat(read(ascii(most + "\r\n"))).isInstanceOf(Result.Done.class);
    assertThat(read(ascii(most + "x\r\n"))).isInstanceOf(Result.Bad.class);
    assertThat(read(ascii(most + "xx"))).isInstanceOf(Result.Bad.class);
  }

  @Test
  void threat49_malformedBinaryIsRefused() {
    for (byte[] header :
        List.of(
            v2("11", "11", V4),
            v2("22", "11", V4),
            v2("2f", "11", V4),
            v2("21", "13", V4),
            v2("21", "41", V4),
            v2("21", "11", ""),
            v2("21", "11", V4.substring(2)),
            v2("21", "21", V4),
            v2("21", "31", V4),
            v2("21", "11", V4 + "01"),
            v2("21", "11", V4 + "0100"),
            v2("21", "11", V4 + "010001"),
            v2("21", "11", V4 + "01ffff00"),
            v2("21", "00", "010005aa"),
            v2("21", "11", V4 + "0300040badf00d"),
            v2("21", "11", V4 + "0300020000"),
            HEX.parseHex(SIGNATURE + "2111ffff"))) {
      assertThat(read(header)).as(HEX.formatHex(header)).isInstanceOf(Result.Bad.class);
    }
  }

  @Test
  void threat49_noBytesWhateverMakeItThrowOrReadWhatIsNotThere() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(49);
    var good = good();
    for (int n = 0; n < 200_000; n++) {
      byte[] bytes = good.get(random.nextInt(good.size())).clone();
      int changes = random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      ByteBuf in = Unpooled.wrappedBuffer(Arrays.copyOf(bytes, random.nextInt(bytes.length + 3)));

      Result result = ProxyHeader.read(in);

      if (!(result instanceof Result.Done)) {
        assertThat(in.readerIndex()).as("seed 49, round %d", n).isZero();
      }
    }
  }
}
