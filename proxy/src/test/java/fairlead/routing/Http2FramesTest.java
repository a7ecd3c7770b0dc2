package fairlead.routing;

import static fairlead.exchange.ErrorCode.COMPRESSION_ERROR;
import static fairlead.exchange.ErrorCode.FLOW_CONTROL_ERROR;
import static fairlead.exchange.ErrorCode.FRAME_SIZE_ERROR;
import static fairlead.exchange.ErrorCode.PROTOCOL_ERROR;
import static fairlead.http2.FrameWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.Requirement;
import fairlead.exchange.ErrorCode;
import fairlead.http2.Frame;
import fairlead.http2.HeaderBlock;
import fairlead.http2.Http2Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of RFC 9113 §3, §4 and §6 for the frames of a caller, on a real listener. */
@Timeout(60)
class Http2FramesTest {
  private static final byte[] NOTHING = {};

  private final Http2 http2 = new Http2();

  @BeforeEach
  void serve() {
    http2.rig.backend("web", Http2.OK);
  }

  @AfterEach
  void close() {
    http2.close();
  }

  // §3.4

  @Test
  @Requirement(rfc = "9113 §3.4", says = "our first frame is SETTINGS")
  @Requirement(rfc = "9113 §6.5", says = "both sides send SETTINGS when a connection begins")
  @Requirement(rfc = "9113 §3.3", says = "with prior knowledge the server too sends its preface")
  void settingsComeFirst() throws IOException {
    var caller = http2.connect();
    caller.preface();

    var first = caller.await(_ -> true);
    assertThat(first.type()).isEqualTo(Frame.SETTINGS);
    assertThat(first.has(Frame.ACK)).isFalse();
  }

  @Test
  @Requirement(rfc = "9113 §6.5.2", says = "as a server we say nothing of push")
  void settingsOfAServerDoNotSpeakOfPush() throws IOException {
    var caller = http2.connect();
    caller.preface();

    var settings = caller.await(f -> f.type() == Frame.SETTINGS);
    assertThat(settings.payload()).isNotEmpty();
    for (int at = 0; at < settings.payload().length; at += 6) {
      assertThat(settings.intAt(at) >>> 16).isNotEqualTo(Frame.ENABLE_PUSH);
    }
  }

  @Test
  @Requirement(rfc = "9113 §3.4", says = "the peer's first SETTINGS are acknowledged")
  @Requirement(
      rfc = "9113 §6.5.3",
      says = "SETTINGS are acknowledged at once, in the order they came")
  void settingsAreAcknowledged() throws IOException {
    var caller = http2.caller();
    caller.send(
        Frame.settings(Frame.INITIAL_WINDOW_SIZE, 1000), Frame.settings(), Frame.settings());

    assertThat(caller.ping()).filteredOn(f -> f.type() == Frame.SETTINGS && f.has(1)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PRI * HTTP/2.0\r\n\r\nSX\r\n\r\n",
        "PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\r\n\r\n\r\n\r\n",
      })
  @Requirement(rfc = "9113 §3.4", says = "what is no preface is not served as HTTP/2")
  void aPrefaceThatIsWrongEndsTheConnection(String preface) throws IOException {
    var caller = http2.connect();
    caller.write(preface.getBytes(StandardCharsets.US_ASCII));
    var rest = caller.next();
    while (rest != null) {
      assertThat(rest.type()).isNotEqualTo(Frame.HEADERS);
      rest = caller.next();
    }
    Await.until("the connection is gone", () -> http2.rig.router.connections() == 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {Frame.HEADERS, Frame.PING, Frame.WINDOW_UPDATE, Frame.PRIORITY, 99})
  @Requirement(
      rfc = "9113 §3.4",
      says = "a preface whose first frame is not SETTINGS is a PROTOCOL_ERROR of the connection")
  void aPrefaceWithoutSettingsIsWrong(int type) throws IOException {
    var caller = http2.connect();
    caller.preface();
    switch (type) {
      case Frame.HEADERS -> caller.get(1, "/");
      case Frame.PING -> caller.send(Frame.ping(1));
      case Frame.WINDOW_UPDATE -> caller.send(Frame.windowUpdate(0, 1));
      case Frame.PRIORITY -> caller.send(new Frame(Frame.PRIORITY, 0, 1, new byte[5]));
      default -> caller.send(new Frame(type, 0, 0, NOTHING));
    }

    assertThat(caller.awaitGoAway()).isEqualTo(PROTOCOL_ERROR.number());
  }

  @Test
  @Requirement(rfc = "9113 §3.4", says = "a SETTINGS with ACK does not stand for the first one")
  void anAcknowledgementIsNoPreface() throws IOException {
    var caller = http2.connect();
    caller.preface();
    caller.send(new Frame(Frame.SETTINGS, Frame.ACK, 0, NOTHING));

    assertThat(caller.awaitGoAway()).isEqualTo(PROTOCOL_ERROR.number());
  }

  // §4

  @ParameterizedTest
  @ValueSource(ints = {0x0a, 0x10, 0xff})
  @Requirement(rfc = "9113 §4.1", says = "frames of unknown types are ignored")
  @Requirement(rfc = "9113 §5.5", says = "extension frames that nobody asked for are discarded")
  @Requirement(rfc = "9113 §5.5", says = "unknown types, settings and codes are ignored")
  void unknownFramesAreIgnored(int type) throws IOException {
    var caller = http2.caller();
    caller.send(
        new Frame(type, 0xff, 0, new byte[100]),
        new Frame(type, 0, 1, NOTHING),
        new Frame(type, 1, 2, new byte[16_384]));

    Http2.serves(caller, 1);
  }

  @Test
  @Requirement(rfc = "9113 §4.1", says = "flags that a type does not have are ignored")
  void unknownFlagsAreIgnored() throws IOException {
    var caller = http2.caller();
    caller.send(
        new Frame(Frame.PING, 0xfe, 0, new byte[8]),
        new Frame(Frame.SETTINGS, 0xfe, 0, NOTHING),
        new Frame(
            Frame.HEADERS,
            0x42 | Frame.END_HEADERS | Frame.END_STREAM,
            1,
            request("GET", "/").bytes()));

    assertThat(caller.answer(1).status()).isEqualTo("200");
  }

  @Test
  @Requirement(rfc = "9113 §4.1", says = "the reserved bit of a stream's number is ignored")
  void theReservedBitIsIgnored() throws IOException {
    var caller = http2.caller();
    caller.send(
        new Frame(
            Frame.HEADERS,
            Frame.END_HEADERS | Frame.END_STREAM,
            0x8000_0001,
            request("GET", "/").bytes()),
        new Frame(Frame.WINDOW_UPDATE, 0, 0x8000_0000, new byte[] {-128, 0, 0, 1}));

    assertThat(caller.answer(1).status()).isEqualTo("200");
    caller.ping();
  }

  @Test
  @Requirement(rfc = "9113 §4.2", says = "frames of 16,384 bytes are taken")
  void theLongestFrameIsTaken() throws IOException {
    var caller = http2.caller();
    caller.send(
        Frame.headers(1, request("POST", "/"), false), Frame.data(1, new byte[16_384], true));

    assertThat(caller.answer(1).status()).isEqualTo("200");
  }

  @ParameterizedTest
  @ValueSource(ints = {Frame.DATA, Frame.HEADERS, Frame.PING, Frame.SETTINGS, 77})
  @Requirement(rfc = "9113 §4.2", says = "a longer frame is a FRAME_SIZE_ERROR")
  void aFrameTooLongEndsTheConnection(int type) throws IOException {
    var caller = http2.caller();
    caller.send(
        Frame.headers(1, request("POST", "/"), false),
        new Frame(type, 0, type == Frame.DATA ? 1 : 0, new byte[16_385]));

    assertThat(caller.awaitGoAway()).isEqualTo(FRAME_SIZE_ERROR.number());
  }

  @ParameterizedTest
  @ValueSource(strings = {"80", "ff ff ff ff ff 0f", "be", "00 85 ff", "00 01 61 81 00"})
  @Requirement(
      rfc = "9113 §4.3",
      says = "a block that cannot be decoded is a COMPRESSION_ERROR of the connection")
  void aBlockThatCannotBeDecodedEndsTheConnection(String hex) throws IOException {
    http2.refused(COMPRESSION_ERROR, Frame.headers(1, HeaderBlock.ofHex(hex), true));
  }

  @Test
  @Requirement(
      rfc = "9113 §4.3",
      says = "blocks of streams that are not served are decoded all the same")
  @Requirement(
      rfc = "9113 §10.5.1",
      says = "a block that is too large is processed, so that the table stays right")
  void theTableIsRightBehindABlockThatWasRefused() throws IOException {
    var backend = http2.rig.backend("web", Http2.OK);
    var caller = http2.caller();
    var malformed =
        new HeaderBlock()
            .field(HeaderBlock.Literal.INDEXED, ":path", "/kept")
            .field(HeaderBlock.Literal.INDEXED, "x-large", "v".repeat(3000));
    for (int i = 0; i < 4; i++) {
      malformed.indexed(62);
    }
    caller.send(Frame.headers(1, malformed, true));
    var second = new HeaderBlock().indexed(2).indexed(6).indexed(63);
    second.field(HeaderBlock.Literal.NOT_INDEXED, 1, "web");
    caller.send(Frame.headers(3, second, true));

    assertThat(caller.answer(3).status()).isEqualTo("200");
    assertThat(backend.head()).startsWith("GET /kept ");
  }

  @Test
  @Requirement(
      rfc = "9113 §4.3.1",
      says = "a block behind our lowered table size that does not begin with an update is refused")
  @Requirement(
      rfc = "7541 §4.2",
      says = "the peer must answer a lower limit by an update at the beginning of a block")
  void aLowerTableMustBeAnswered() throws IOException {
    var options = Http2.options();
    options.http2 = new Http2Settings(null, 1024, null, null, 0.5, 1000);
    try (var small = new Http2(options)) {
      small.refused(COMPRESSION_ERROR, Frame.headers(1, request("GET", "/"), true));

      small.rig.backend("web", Http2.OK);
      var caller = small.caller();
      var block = new HeaderBlock().tableSize(1024).raw(request("GET", "/").bytes());
      caller.send(Frame.headers(1, block, true));
      assertThat(caller.answer(1).status()).isEqualTo("200");
    }
  }

  // §6

  @ParameterizedTest
  @CsvSource({
    "DATA, 0",
    "HEADERS, 1",
    "PRIORITY, 2",
    "RST_STREAM, 3",
    "CONTINUATION, 9",
  })
  @Requirement(rfc = "9113 §6.1", says = "DATA on stream 0 is a PROTOCOL_ERROR")
  @Requirement(rfc = "9113 §6.2", says = "HEADERS on stream 0 is a PROTOCOL_ERROR")
  @Requirement(rfc = "9113 §6.3", says = "PRIORITY on stream 0 is a PROTOCOL_ERROR")
  @Requirement(rfc = "9113 §6.4", says = "RST_STREAM on stream 0 is a PROTOCOL_ERROR")
  @Requirement(rfc = "9113 §6.10", says = "CONTINUATION on stream 0 is a PROTOCOL_ERROR")
  void whatBelongsToAStreamHasOne(String name, int type) throws IOException {
    int bytes = type == Frame.PRIORITY ? 5 : 4;
    http2.refused(PROTOCOL_ERROR, new Frame(type, Frame.END_HEADERS, 0, new byte[bytes]));
  }

  @ParameterizedTest
  @CsvSource({"SETTINGS, 4, 0", "PING, 6, 8", "GOAWAY, 7, 8"})
  @Requirement(rfc = "9113 §6.5", says = "SETTINGS on a stream is a PROTOCOL_ERROR")
  @Requirement(rfc = "9113 §6.7", says = "PING on a stream is a PROTOCOL_ERROR")
  @Requirement(rfc = "9113 §6.8", says = "GOAWAY on a stream is a PROTOCOL_ERROR")
  void whatBelongsToTheConnectionHasNoStream(String name, int type, int bytes) throws IOException {
    http2.refused(PROTOCOL_ERROR, new Frame(type, 0, 1, new byte[bytes]));
  }

  @ParameterizedTest
  @CsvSource({
    "RST_STREAM short, 3, 1, 3, 0",
    "RST_STREAM long, 3, 1, 5, 0",
    "RST_STREAM empty, 3, 1, 0, 0",
    "PING short, 6, 0, 7, 0",
    "PING long, 6, 0, 9, 0",
    "SETTINGS of no whole number, 4, 0, 5, 0",
    "SETTINGS ACK with a payload, 4, 0, 6, 1",
    "WINDOW_UPDATE short, 8, 0, 3, 0",
    "WINDOW_UPDATE of a stream long, 8, 1, 5, 0",
    "GOAWAY short, 7, 0, 7, 0",
    "HEADERS without the length of its padding, 1, 3, 0, 12",
    "HEADERS cut in its priority, 1, 3, 4, 36",
    "DATA without the length of its padding, 0, 1, 0, 8",
  })
  @Requirement(rfc = "9113 §4.2", says = "a frame too short for what it must hold is refused")
  @Requirement(rfc = "9113 §6.4", says = "RST_STREAM has four bytes, else FRAME_SIZE_ERROR")
  @Requirement(rfc = "9113 §6.5", says = "SETTINGS come in sixes of bytes, an ACK in none")
  @Requirement(rfc = "9113 §6.7", says = "PING has eight bytes, else FRAME_SIZE_ERROR")
  @Requirement(rfc = "9113 §6.9", says = "WINDOW_UPDATE has four bytes, else FRAME_SIZE_ERROR")
  @Requirement(rfc = "9113 §6.5", says = "SETTINGS that are badly formed end the connection")
  void aFrameOfAWrongLengthEndsTheConnection(
      String what, int type, int stream, int bytes, int flags) throws IOException {
    http2.refused(
        FRAME_SIZE_ERROR,
        Frame.headers(1, request("POST", "/"), false),
        new Frame(type, flags, stream, new byte[bytes]));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 6})
  @Requirement(
      rfc = "9113 §6.3",
      says = "PRIORITY of other than five bytes is a FRAME_SIZE_ERROR; we end the connection")
  void aPriorityOfAWrongLengthIsRefused(int bytes) throws IOException {
    http2.refused(FRAME_SIZE_ERROR, new Frame(Frame.PRIORITY, 0, 1, new byte[bytes]));
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 6, 200, 255})
  @Requirement(rfc = "9113 §6.1", says = "padding as long as its DATA or longer is refused")
  void paddingOfDataMustFit(int padding) throws IOException {
    byte[] payload = new byte[5];
    payload[0] = (byte) padding;
    http2.refused(
        PROTOCOL_ERROR,
        Frame.headers(1, request("POST", "/"), false),
        new Frame(Frame.DATA, Frame.PADDED, 1, payload));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 255})
  @Requirement(rfc = "9113 §6.2", says = "padding longer than its HEADERS is refused")
  void paddingOfHeadersMustFit(int padding) throws IOException {
    byte[] payload = {(byte) padding};
    http2.refused(
        PROTOCOL_ERROR, new Frame(Frame.HEADERS, Frame.PADDED | Frame.END_HEADERS, 1, payload));
  }

  @Test
  @Requirement(
      rfc = "9113 §6.1",
      says = "padding is no part of the body, and counts for the window")
  @Requirement(rfc = "9113 §6.2", says = "padding and priority of HEADERS are passed over")
  void paddingAndPriorityArePassedOver() throws IOException {
    var backend =
        http2.rig.unbound(
            wire -> {
              for (var one = wire.request(); one != null; one = wire.request()) {
                String body = one.substring(one.indexOf("\r\n\r\n") + 4);
                wire.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
              }
            });
    http2.rig.interpreter.bind("web", backend.address());
    var caller = http2.caller();
    byte[] block = request("POST", "/").bytes();
    byte[] headers = new byte[block.length + 1 + 5 + 7];
    headers[0] = 7;
    System.arraycopy(block, 0, headers, 6, block.length);
    caller.send(
        new Frame(Frame.HEADERS, Frame.PADDED | Frame.PRIORITISED | Frame.END_HEADERS, 1, headers),
        padded("hello", 250, false),
        padded("", 0, false),
        padded("hello", 255, true));

    assertThat(caller.answer(1).body()).isEqualTo("hellohello");
  }

  /** DATA of stream 1. */
  private static Frame padded(String text, int padding, boolean end) {
    byte[] payload = Arrays.copyOf(new byte[] {(byte) padding}, 1 + text.length() + padding);
    System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, payload, 1, text.length());
    return new Frame(Frame.DATA, Frame.PADDED | (end ? Frame.END_STREAM : 0), 1, payload);
  }

  @Test
  @Requirement(
      rfc = "9113 §6.1",
      says = "padding is no part of the body, and counts for the window")
  void paddingBeyondTheWindowIsRefused() throws IOException {
    var options = Http2.options();
    options.http2 = new Http2Settings(200, null, null, null, 0.5, 1000);
    try (var narrow = new Http2(options)) {
      narrow.rig.backend("web", Http2.OK);
      var caller = narrow.caller();
      caller.send(Frame.headers(1, request("POST", "/"), false), padded("hello", 250, false));

      assertThat(caller.awaitReset(1)).isEqualTo(FLOW_CONTROL_ERROR.number());
      Http2.serves(caller, 3);
    }
  }

  @Test
  @Requirement(
      rfc = "9113 §6.1",
      says = "padding is no part of the body, and counts for the window")
  void theWindowOpensAgainByWhatWasPadding() throws IOException {
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("POST", "/"), false));
    int room = 65_535;
    for (int i = 0; i < 300; i++) {
      while (room < 1256) {
        room +=
            (int) caller.await(f -> f.type() == Frame.WINDOW_UPDATE && f.stream() == 1).intAt(0);
      }
      caller.send(padded("b".repeat(1000), 255, i == 299));
      room -= 1256;
    }

    assertThat(caller.answer(1).status()).isEqualTo("200");
  }

  @ParameterizedTest
  @CsvSource({
    "INITIAL_WINDOW_SIZE, 4, 2147483648, FLOW_CONTROL_ERROR",
    "INITIAL_WINDOW_SIZE, 4, 4294967295, FLOW_CONTROL_ERROR",
    "MAX_FRAME_SIZE, 5, 16383, PROTOCOL_ERROR",
    "MAX_FRAME_SIZE, 5, 16777216, PROTOCOL_ERROR",
    "ENABLE_PUSH, 2, 2, PROTOCOL_ERROR",
    "ENABLE_CONNECT_PROTOCOL, 8, 2, PROTOCOL_ERROR",
  })
  @Requirement(
      rfc = "9113 §6.5.2",
      says = "settings outside of their range end the connection with the code that each has")
  @Requirement(rfc = "9113 §6.5", says = "SETTINGS that are badly formed end the connection")
  void aSettingOutOfRangeEndsTheConnection(String name, int id, long value, ErrorCode code)
      throws IOException {
    http2.refused(code, Frame.settings(id, value));
  }

  @Test
  @Requirement(rfc = "9113 §6.5.2", says = "unknown settings are ignored")
  @Requirement(rfc = "9113 §6.5", says = "every setting of the standard is understood")
  @Requirement(rfc = "9113 §5.5", says = "unknown types, settings and codes are ignored")
  @Requirement(rfc = "9113 §6.5.3", says = "settings that we do not use are ignored")
  void otherSettingsAreTaken() throws IOException {
    var caller = http2.caller();
    caller.send(
        Frame.settings(
            Frame.HEADER_TABLE_SIZE,
            0,
            Frame.HEADER_TABLE_SIZE,
            0xffff_ffffL,
            Frame.ENABLE_PUSH,
            1,
            Frame.MAX_CONCURRENT_STREAMS,
            0,
            Frame.INITIAL_WINDOW_SIZE,
            0x7fff_ffff,
            Frame.MAX_FRAME_SIZE,
            16_777_215,
            Frame.MAX_HEADER_LIST_SIZE,
            1,
            0,
            1,
            9,
            0xffff_ffffL,
            0xffff,
            3));

    Http2.serves(caller, 1);
  }

  @Test
  @Requirement(rfc = "9113 §6.5.3", says = "an ACK that nobody asked for changes nothing")
  void moreAcknowledgementsChangeNothing() throws IOException {
    var caller = http2.caller();
    caller.send(
        new Frame(Frame.SETTINGS, Frame.ACK, 0, NOTHING),
        new Frame(Frame.SETTINGS, Frame.ACK, 0, NOTHING));

    Http2.serves(caller, 1);
  }

  @Test
  @Requirement(rfc = "9113 §6.7", says = "PING is answered with the same eight bytes and ACK")
  void pingIsAnsweredWithItsPayload() throws IOException {
    var caller = http2.caller();
    caller.send(Frame.ping(0x0123_4567_89ab_cdefL));

    var answer = caller.await(f -> f.type() == Frame.PING);
    assertThat(answer.flags()).isEqualTo(Frame.ACK);
    assertThat(answer.payload()).isEqualTo(Frame.ping(0x0123_4567_89ab_cdefL).payload());
  }

  @Test
  @Requirement(rfc = "9113 §6.7", says = "an answer to a PING is not answered")
  void anAnswerToAPingIsNotAnswered() throws IOException {
    var caller = http2.caller();
    caller.send(new Frame(Frame.PING, Frame.ACK, 0, new byte[8]));

    assertThat(caller.ping()).noneMatch(f -> f.type() == Frame.PING);
  }

  @Test
  @Requirement(
      rfc = "9113 §6.8",
      says = "GOAWAY of a caller, with whatever code and text, stops nothing that it asked for")
  @Requirement(rfc = "9113 §7", says = "unknown error codes are nothing special")
  @Requirement(rfc = "9113 §5.5", says = "unknown types, settings and codes are ignored")
  void goAwayOfACallerIsHeard() throws IOException {
    var caller = http2.caller();
    caller.get(1, "/");
    caller.send(
        Frame.goAway(0, 0),
        new Frame(
            Frame.GOAWAY, 0, 0, new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xff, 0x77, 'b', 'y', 'e'}));

    assertThat(caller.answer(1).status()).isEqualTo("200");
  }

  @Test
  @Requirement(rfc = "9113 §7", says = "unknown error codes are nothing special")
  void aResetWithAnUnknownCodeIsAnOrdinaryOne() throws IOException {
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("POST", "/"), false), Frame.reset(1, 0xffff_ff77L));

    Http2.serves(caller, 3);
  }

  @Test
  @Requirement(rfc = "9113 §6.6", says = "PUSH_PROMISE of a client is a PROTOCOL_ERROR")
  @Requirement(rfc = "9113 §8.4", says = "a server does not take PUSH_PROMISE")
  void threat41_pushOfAClientEndsTheConnection() throws IOException {
    http2.refused(
        PROTOCOL_ERROR,
        Frame.headers(1, request("POST", "/"), false),
        new Frame(Frame.PUSH_PROMISE, Frame.END_HEADERS, 1, new byte[] {0, 0, 0, 2, (byte) 0x82}));
  }

  @Test
  @Requirement(rfc = "9113 §6.10", says = "a block in many frames is one block")
  void aBlockMayComeInPieces() throws IOException {
    var caller = http2.caller();
    byte[] block = request("GET", "/", "x-a: b").bytes();
    caller.send(
        new Frame(Frame.HEADERS, Frame.END_STREAM, 1, NOTHING),
        new Frame(Frame.CONTINUATION, 0, 1, Arrays.copyOf(block, 1)),
        new Frame(Frame.CONTINUATION, 0, 1, NOTHING),
        new Frame(
            Frame.CONTINUATION, Frame.END_HEADERS, 1, Arrays.copyOfRange(block, 1, block.length)));

    assertThat(caller.answer(1).status()).isEqualTo("200");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 6, 7, 8, 0x33})
  @Requirement(
      rfc = "9113 §6.2",
      says = "HEADERS without END_HEADERS is followed by nothing but its CONTINUATION")
  @Requirement(rfc = "9113 §6.10", says = "no other frame comes amidst a header block")
  @Requirement(rfc = "9113 §4.3", says = "a block's frames are contiguous")
  @Requirement(rfc = "9113 §5.5", says = "unknown frames too are refused amidst a block")
  @Requirement(rfc = "9113 §8.1", says = "nothing stands between HEADERS and CONTINUATION")
  void nothingComesAmidstABlock(int type) throws IOException {
    boolean ofConnection = type == Frame.SETTINGS || type == Frame.PING || type == Frame.GOAWAY;
    http2.refused(
        PROTOCOL_ERROR,
        new Frame(Frame.HEADERS, Frame.END_STREAM, 1, request("GET", "/").bytes()),
        new Frame(type, 0, ofConnection ? 0 : 1, new byte[8]));
  }

  @Test
  @Requirement(rfc = "9113 §6.10", says = "CONTINUATION is on its block's stream")
  void continuationIsOfTheSameStream() throws IOException {
    http2.refused(
        PROTOCOL_ERROR,
        new Frame(Frame.HEADERS, Frame.END_STREAM, 1, request("GET", "/").bytes()),
        new Frame(Frame.CONTINUATION, Frame.END_HEADERS, 3, NOTHING));
  }

  @Test
  @Requirement(rfc = "9113 §6.10", says = "CONTINUATION behind no open block is a PROTOCOL_ERROR")
  void continuationNeedsABlock() throws IOException {
    http2.refused(
        PROTOCOL_ERROR,
        Frame.headers(1, request("POST", "/"), false),
        new Frame(Frame.CONTINUATION, Frame.END_HEADERS, 1, NOTHING));
  }

  @Test
  @Requirement(rfc = "9113 §5.4.1", says = "behind GOAWAY for an error the connection is closed")
  @Requirement(rfc = "9113 §5.4", says = "an error of the connection is told")
  void theConnectionIsClosedBehindGoAway() throws IOException {
    http2.refused(PROTOCOL_ERROR, Frame.data(0, NOTHING, false));
    Await.until("the connection is gone", () -> http2.rig.router.connections() == 0);
  }

  @Test
  @Requirement(
      rfc = "9113 §6.9.1",
      says = "a connection window above 2^31-1 is a FLOW_CONTROL_ERROR of the connection")
  void theConnectionsWindowHasALimit() throws IOException {
    http2.refused(FLOW_CONTROL_ERROR, Frame.windowUpdate(0, 0x7fff_ffff));
  }
}
