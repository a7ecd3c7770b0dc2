package fairlead.telemetry.trace;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http.Head;
import fairlead.http.TraceHeader;
import fairlead.http.TraceId;
import fairlead.telemetry.trace.Propagation.Format;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code spec/http.md} §13.2, §13.3; W3C Trace Context. */
class PropagationTest {
  private static final String TRACE = "463ac35c9f6413ad";
  private static final String HIGH = "48485a3953bb6124";
  private static final String SPAN = "a2fb4a1d1a96d312";
  private static final String PARENT = "0020000000000001";
  private static final long YES = TraceId.DECIDED | TraceId.SAMPLED;
  private static final Propagation MIXED =
      new Propagation(Propagation.ALL, List.of(Format.L5D, Format.B3, Format.W3C), false);

  private final Head head = Head.request("GET", "/");
  private final byte[] memory = new byte[TraceHeader.MOST_BYTES];

  @Test
  void readsB3WithAllItsHeaders() {
    b3(HIGH + TRACE, SPAN, PARENT, "1");

    assertThat(Propagation.ZIPKIN.read(head))
        .isEqualTo(new TraceId(id(SPAN), id(PARENT), id(TRACE), id(HIGH), YES));
  }

  @Test
  void aSpanAloneIsAContextAndAnythingElseAloneIsNone() {
    head.add("X-B3-SpanId", "a1");
    assertThat(Propagation.ZIPKIN.read(head)).isEqualTo(new TraceId(0xa1, 0xa1, 0xa1, 0, 0));

    head.remove("x-b3-spanid");
    head.add("x-b3-traceid", TRACE);
    assertThat(Propagation.ZIPKIN.read(head)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"1,,6", "true,,6", "0,,2", "false,,2", "d,,2", ",1,1", "1,1,7", ",,0"})
  void readsTheDecisionOfB3(@Nullable String sampled, @Nullable String flags, long expected) {
    b3(TRACE, SPAN, PARENT, sampled);
    if (flags != null) {
      head.add("x-b3-flags", flags);
    }

    var read = Propagation.ZIPKIN.read(head);

    assertThat(read).isNotNull().extracting(TraceId::flags).isEqualTo(expected);
  }

  @Test
  void aShareInB3FixesTheDecision() {
    b3(TRACE, SPAN, PARENT, "0.0");
    assertThat(Propagation.ZIPKIN.sampled(head, id(TRACE), YES, true)).isEqualTo(TraceId.DECIDED);

    head.set("x-b3-sampled", "1.0");
    assertThat(Propagation.ZIPKIN.sampled(head, id(TRACE), TraceId.DECIDED, true)).isEqualTo(YES);
  }

  @Test
  void aDecisionWithoutIdsCounts() {
    head.add("x-b3-sampled", "1");
    assertThat(Propagation.ZIPKIN.sampled(head, 7, 0, false)).isEqualTo(YES);

    head.remove("x-b3-sampled");
    head.add("b3", "0");
    assertThat(Propagation.ZIPKIN.sampled(head, 7, 0, false)).isEqualTo(TraceId.DECIDED);
  }

  @ParameterizedTest
  @CsvSource({
    "463ac35c9f6413ad-a2fb4a1d1a96d312, a2fb4a1d1a96d312, 0",
    "463ac35c9f6413ad-a2fb4a1d1a96d312-1, a2fb4a1d1a96d312, 6",
    "463ac35c9f6413ad-a2fb4a1d1a96d312-0-0020000000000001, 0020000000000001, 2",
    "463ac35c9f6413ad-a2fb4a1d1a96d312-d-0020000000000001, 0020000000000001, 7"
  })
  void readsB3InOneHeader(String value, String parent, long flags) {
    head.add("b3", value);

    assertThat(Propagation.ZIPKIN.read(head))
        .isEqualTo(new TraceId(id(SPAN), id(parent), id(TRACE), 0, flags));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "xyz-a1", "a1-", "a1-b1-1-c1-d1", "a1-b1-1-zz"})
  void whatIsNoB3InOneHeaderIsIgnored(String value) {
    head.add("b3", value);

    assertThat(Propagation.ZIPKIN.read(head)).isNull();
  }

  @Test
  void writesAllFiveHeadersOfB3AndKeepsLongIds() {
    var tree = new TraceId(id(SPAN), id(PARENT), id(TRACE), id(HIGH), 0);

    Propagation.ZIPKIN.write(head, 0xc1, tree.span(), tree, memory);

    assertThat(head.first("x-b3-traceid")).isEqualTo(HIGH + TRACE);
    assertThat(head.first("x-b3-spanid")).isEqualTo("00000000000000c1");
    assertThat(head.first("x-b3-parentspanid")).isEqualTo(SPAN);
    assertThat(head.first("x-b3-sampled")).isEqualTo("0"); // undecided counts as no, as in Linkerd
    assertThat(head.first("x-b3-flags")).isEqualTo("0");
    assertThat(head.contains("l5d-ctx-trace")).isFalse();
    assertThat(head.contains("b3")).isFalse();
  }

  @Test
  void whatCameInOneHeaderGoesOnInOneToo() {
    head.add("b3", TRACE + "-" + SPAN + "-1");
    var tree = Objects.requireNonNull(Propagation.ZIPKIN.read(head));

    Propagation.ZIPKIN.write(head, 0xc1, id(SPAN), tree, memory);

    assertThat(head.all("b3")).containsExactly(TRACE + "-00000000000000c1-1-" + SPAN);
    assertThat(head.first("x-b3-spanid")).isEqualTo("00000000000000c1");
  }

  @Test
  void linkerdsOwnHeadersGoWhateverIsRead() {
    head.add("l5d-ctx-trace", l5d(new TraceId(1, 1, 1, 0, 0)));
    head.add("l5d-sample", "1.0");

    assertThat(Propagation.ZIPKIN.read(head)).isNull();
    assertThat(Propagation.ZIPKIN.sampled(head, 1, 0, false)).isZero();
    assertThat(head.contains("l5d-ctx-trace")).isFalse();
    assertThat(head.contains("l5d-sample")).isFalse();
  }

  @Test
  void readsTraceparent() {
    head.add("traceparent", "00-" + HIGH + TRACE + "-" + SPAN + "-01");

    assertThat(Propagation.W3C.read(head))
        .isEqualTo(new TraceId(id(SPAN), id(SPAN), id(TRACE), id(HIGH), YES));
  }

  @Test
  void aLaterVersionMayHaveMore() {
    head.add("traceparent", "cc-" + HIGH + TRACE + "-" + SPAN + "-00-more");

    var read = Propagation.W3C.read(head);

    assertThat(read).isNotNull().extracting(TraceId::flags).isEqualTo(TraceId.DECIDED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-48485a3953bb6124463ac35c9f6413ad-a2fb4a1d1a96d312",
        "00-48485A3953bb6124463ac35c9f6413ad-a2fb4a1d1a96d312-01",
        "00-48485a3953bb6124463ac35c9f6413ad-a2fb4a1d1a96d312-01-more",
        "ff-48485a3953bb6124463ac35c9f6413ad-a2fb4a1d1a96d312-01",
        "cc-48485a3953bb6124463ac35c9f6413ad-a2fb4a1d1a96d312-01more",
        "00-00000000000000000000000000000000-a2fb4a1d1a96d312-01",
        "00-48485a3953bb6124463ac35c9f6413ad-0000000000000000-01",
        "00_48485a3953bb6124463ac35c9f6413ad-a2fb4a1d1a96d312-01"
      })
  void whatIsNoTraceparentIsIgnoredAndItsStateGoes(String value) {
    head.add("traceparent", value);
    head.add("tracestate", "vendor=1");

    assertThat(Propagation.W3C.read(head)).isNull();
    assertThat(head.contains("tracestate")).isFalse();
  }

  @Test
  void writesTraceparentAndLeavesTheStateAlone() {
    head.add("traceparent", "00-" + HIGH + TRACE + "-" + SPAN + "-01");
    head.add("tracestate", "vendor=1");
    var tree = Objects.requireNonNull(Propagation.W3C.read(head));

    Propagation.W3C.write(head, 0xc1, tree.span(), tree, memory);

    assertThat(head.all("traceparent"))
        .containsExactly("00-" + HIGH + TRACE + "-00000000000000c1-01");
    assertThat(head.first("tracestate")).isEqualTo("vendor=1");
  }

  @Test
  void allKindsOfOneFleetTellTheSame() {
    var tree = new TraceId(id(SPAN), id(PARENT), id(TRACE), id(HIGH), YES);
    MIXED.write(head, 0xc1, tree.span(), tree, memory);
    var written = new TraceId(0xc1, id(SPAN), id(TRACE), id(HIGH), YES);

    assertThat(TraceHeader.parse(String.valueOf(head.first("l5d-ctx-trace")))).isEqualTo(written);
    assertThat(
            Propagation.ZIPKIN.read(
                copy("x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled")))
        .isEqualTo(written);
    assertThat(Propagation.W3C.read(copy("traceparent")))
        .isEqualTo(new TraceId(0xc1, 0xc1, id(TRACE), id(HIGH), YES));
  }

  @Test
  void whoWasMadeForTheOtherIsTheLaterWord() {
    head.add("l5d-ctx-trace", l5d(new TraceId(id(PARENT), 1, id(TRACE), 0, YES)));
    b3(TRACE, SPAN, PARENT, "1"); // of an application that passed the other on as it was

    assertThat(MIXED.read(head)).isNotNull().extracting(TraceId::span).isEqualTo(id(SPAN));
  }

  @Test
  void whoWasNotIsNot() {
    head.add("l5d-ctx-trace", l5d(new TraceId(id(SPAN), id(PARENT), id(TRACE), 0, YES)));
    b3(TRACE, PARENT, PARENT, "1"); // passed on as it was by a hop of Linkerd

    assertThat(MIXED.read(head)).isNotNull().extracting(TraceId::span).isEqualTo(id(SPAN));
  }

  @Test
  void whatIsUndecidedStaysSoInAMixedFleet() {
    var tree = new TraceId(1, 1, 1, 0, 0);

    MIXED.write(head, 2, 1, tree, memory);

    assertThat(head.contains("x-b3-sampled")).isFalse();
  }

  private Head copy(String... names) {
    var copy = Head.request("GET", "/");
    for (var name : names) {
      var value = head.first(name);
      if (value != null) {
        copy.add(name, value);
      }
    }
    return copy;
  }

  private void b3(String trace, String span, String parent, @Nullable String sampled) {
    head.add("x-b3-traceid", trace);
    head.add("x-b3-spanid", span);
    head.add("x-b3-parentspanid", parent);
    if (sampled != null) {
      head.add("x-b3-sampled", sampled);
    }
  }

  private static String l5d(TraceId id) {
    byte[] bytes = new byte[TraceHeader.MOST_BYTES];
    int length = TraceHeader.encode(id.span(), id.parent(), id, bytes);
    return new String(bytes, 0, length, StandardCharsets.US_ASCII);
  }

  private static long id(String hex) {
    return Long.parseUnsignedLong(hex, 16);
  }
}
