package fairlead.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.Requirement;
import fairlead.http.Fields;
import fairlead.http.HeaderNames;
import fairlead.http2.HeaderBlock.Literal;
import fairlead.http2.HpackDecoder.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HpackDecoderTest {
  private final Decoding decoding = Decoding.ofTable(4096);

  @ParameterizedTest
  @CsvSource({
    "80, index 0 stands for no field",
    "be, an index is beyond the tables",
    "ff00, an index is beyond the tables",
    "7f0000, an index is beyond the tables",
    "0f7000, an index is beyond the tables",
    "ffffffff7f, an index is beyond the tables",
    "ffffffffffff7f, an integer is too big",
    "3fe21f, a table size update is above the limit",
    "8220, a table size update stands behind a field",
    "823f01, a table size update stands behind a field",
    "40, the header block ends within a field",
    "00, the header block ends within a field",
    "0001, the header block ends within a field",
    "000161, the header block ends within a field",
    "00016105626364, the header block ends within a field",
    "0081, the header block ends within a field",
    "3f, the header block ends within a field",
    "ff, the header block ends within a field",
    "0f, the header block ends within a field",
    "007f, the header block ends within a field",
    "04ffffffff07, the header block ends within a field",
    "048118, a string is not padded with the beginning of the end-of-string symbol",
    "0482 1fff, a string is not padded with the beginning of the end-of-string symbol",
    "0481 ff, a string is not padded with the beginning of the end-of-string symbol",
    "0481 fe, a string is not padded with the beginning of the end-of-string symbol",
    "0484 fffffffe, a string holds the end-of-string symbol",
    "0484 ffffffff, a string holds the end-of-string symbol",
    "0485 1fffffffff, a string holds the end-of-string symbol",
  })
  @Requirement(rfc = "7541 §6.1", says = "index 0 and indexes beyond the tables are refused")
  @Requirement(rfc = "7541 §6.3", says = "a table size above the limit is refused")
  @Requirement(rfc = "7541 §2.3.3", says = "indexes beyond both tables are refused")
  void refusesBlocksThatCannotBe(String hex, String why) {
    assertThatThrownBy(() -> decoding.decode(HeaderBlock.ofHex(hex)))
        .isInstanceOf(HpackException.class)
        .hasMessage(why)
        .satisfies(thrown -> assertThat(thrown.getStackTrace()).isEmpty());
  }

  /** Errors are found in what is not stored, too. */
  @ParameterizedTest
  @ValueSource(strings = {"80", "be", "0481fe", "000161"})
  void refusesThemBehindTheLimitsAsWell(String hex) {
    var tight = new Decoding(new HpackDecoder(4096, 40, 1000));
    HeaderBlock block = new HeaderBlock().indexed(2).indexed(2);
    block.raw(HeaderBlock.ofHex(hex).bytes());

    assertThatThrownBy(() -> tight.decode(block)).isInstanceOf(HpackException.class);
  }

  @Test
  void everyCutOfABlockIsAnErrorOrAShorterList() throws HpackException {
    byte[] whole =
        new HeaderBlock()
            .indexed(2)
            .field(Literal.INDEXED, "name", "value")
            .huffman()
            .field(Literal.NOT_INDEXED, 4, "/a/path")
            .field(Literal.NEVER_INDEXED, "other", "value")
            .bytes();
    List<String> all = Decoding.ofTable(4096).decode(new HeaderBlock().raw(whole));
    assertThat(all).hasSize(4);
    int lists = 0;
    for (int cut = 0; cut < whole.length; cut++) {
      try {
        var some =
            Decoding.ofTable(4096)
                .decode(new HeaderBlock().raw(java.util.Arrays.copyOf(whole, cut)));
        assertThat(some).isEqualTo(all.subList(0, some.size()));
        lists++;
      } catch (HpackException expected) {
        assertThat(expected).hasMessage("the header block ends within a field");
      }
    }
    assertThat(lists).isEqualTo(4);
  }

  @Test
  void namesHaveTheirIds() throws HpackException {
    var ids = new ArrayList<Integer>();
    HeaderBlock block =
        new HeaderBlock()
            .indexed(1)
            .field(Literal.INDEXED, ":path", "/")
            .field(Literal.INDEXED, ":protocol", "websocket")
            .field(Literal.INDEXED, ":odd", "")
            .field(Literal.INDEXED, "x-forwarded-for", "::1")
            .field(Literal.INDEXED, "x-other", "")
            .field(Literal.INDEXED, "", "")
            .field(Literal.NOT_INDEXED, 38, "web")
            .indexed(62 + 2)
            .field(Literal.NOT_INDEXED, 62 + 4, "")
            .indexed(19);

    decoding.decoder().decode(block.buffer(), new Fields(), (id, _, _, _, _, _) -> ids.add(id));

    assertThat(ids)
        .containsExactly(
            PseudoHeaders.AUTHORITY,
            PseudoHeaders.PATH,
            PseudoHeaders.PROTOCOL,
            PseudoHeaders.UNKNOWN,
            HeaderNames.X_FORWARDED_FOR,
            HeaderNames.OTHER,
            HeaderNames.OTHER,
            HeaderNames.HOST,
            HeaderNames.X_FORWARDED_FOR,
            PseudoHeaders.PROTOCOL,
            HeaderNames.OTHER);
  }

  @Test
  @Requirement(rfc = "7541 §2.1", says = "fields are decoded in the order of their block")
  void linesLieInTheArrayAsTheParserOfHttp1LeavesThem() throws HpackException {
    decoding.decode(
        new HeaderBlock()
            .field(Literal.INDEXED, "a", "1")
            .field(Literal.NOT_INDEXED, 58, "x")
            .indexed(62)
            .indexed(16));
    Fields into = decoding.into();

    assertThat(
            new String(
                into.array(), 0, into.arrayLength(), java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("a: 1\r\nuser-agent: x\r\na: 1\r\naccept-encoding: gzip, deflate\r\n");
    assertThat(into.lineOffset(1)).isEqualTo(into.lineEnd(0));
    assertThat(into.first(HeaderNames.ACCEPT_ENCODING)).isEqualTo("gzip, deflate");
    assertThat(into.all("a")).containsExactly("1", "1");
  }

  @Test
  void whatTheSinkRefusesTakesNoRoom() throws HpackException {
    var into = new Fields();
    HeaderBlock block =
        new HeaderBlock()
            .field(Literal.INDEXED, "refused", "1")
            .field(Literal.INDEXED, "kept", "2")
            .indexed(63)
            .indexed(62);

    Result result =
        decoding
            .decoder()
            .decode(
                block.buffer(),
                into,
                (id, name, nameLength, value, valueLength, lineEnd) -> {
                  boolean kept = into.array()[name] == 'k';
                  if (kept) {
                    into.received(id, name, nameLength, value, valueLength, lineEnd);
                  }
                  return kept;
                });

    assertThat(result).isEqualTo(Result.DONE);
    assertThat(into.arrayLength()).isEqualTo(2 * "kept: 2\r\n".length());
    assertThat(into.all("kept")).containsExactly("2", "2");
  }

  @Test
  void knowsWhatMustNeverBeIndexed() throws HpackException {
    decoding.decode(
        new HeaderBlock()
            .field(Literal.NEVER_INDEXED, "token", "s")
            .field(Literal.NOT_INDEXED, "plain", "s")
            .field(Literal.NEVER_INDEXED, 4, "/")
            .field(Literal.INDEXED, "kept", "s")
            .field(Literal.NEVER_INDEXED, 23, "s"));
    Fields into = decoding.into();

    assertThat(into.count()).isEqualTo(4);
    assertThat(into.isNeverIndexed(0)).isTrue();
    assertThat(into.isNeverIndexed(1)).isFalse();
    assertThat(into.isNeverIndexed(2)).isFalse();
    assertThat(into.isNeverIndexed(3)).isTrue();
    assertThat(into.id(3)).isEqualTo(HeaderNames.AUTHORIZATION);
    assertThat(into.find(HeaderNames.AUTHORIZATION)).isEqualTo(3);
    assertThat(decoding.decoder().tableBytes()).isEqualTo(4 + 1 + 32);
  }

  @Test
  @Requirement(rfc = "7541 §2.3.2", says = "an entry may be in the table more than once")
  void anEntryMayBeThereTwice() throws HpackException {
    var block = new HeaderBlock().field(Literal.INDEXED, "a", "b").field(Literal.INDEXED, "a", "b");

    assertThat(decoding.decode(block.indexed(62).indexed(63))).hasSize(4).containsOnly("a: b");
    assertThat(decoding.decoder().tableBytes()).isEqualTo(2 * 34);
  }

  @Test
  void anEntryTooLargeEmptiesTheTable() throws HpackException {
    var small = Decoding.ofTable(100);
    small.decode(new HeaderBlock().field(Literal.INDEXED, "a", "b"));
    assertThat(small.decoder().tableBytes()).isEqualTo(34);

    assertThat(small.decode(new HeaderBlock().field(Literal.INDEXED, 62, "x".repeat(68))))
        .containsExactly("a: " + "x".repeat(68));

    assertThat(small.decoder().tableBytes()).isZero();
    assertThatThrownBy(() -> small.decode(new HeaderBlock().indexed(62)))
        .isInstanceOf(HpackException.class);
  }

  /** RFC 7541 §4.4: the entry that gives its name goes, and the name stays. */
  @Test
  void anEntryMayTakeItsNameFromTheOneItDrivesOut() throws HpackException {
    var small = Decoding.ofTable(100);
    for (int i = 0; i < 50; i++) {
      String value = "v".repeat(20 + i % 7);
      small.decode(new HeaderBlock().field(Literal.INDEXED, "a-name-of-some-length", "x"));

      assertThat(small.decode(new HeaderBlock().field(Literal.INDEXED, 62, value).indexed(62)))
          .containsExactly("a-name-of-some-length: " + value, "a-name-of-some-length: " + value);
      assertThat(small.decoder().tableBytes()).isEqualTo(21 + value.length() + 32);
    }
  }

  @Test
  @Requirement(rfc = "7541 §4.2", says = "size updates stand at the beginning of a block")
  void theTableMayBeMadeSmallerAndLargerAtTheBeginningOfABlock() throws HpackException {
    decoding.decode(
        new HeaderBlock().field(Literal.INDEXED, "a", "1").field(Literal.INDEXED, "b", "2"));

    assertThat(decoding.decode(new HeaderBlock().tableSize(40).tableSize(4096).indexed(62)))
        .containsExactly("b: 2");
    assertThat(decoding.decoder().tableBytes()).isEqualTo(34);
    assertThat(decoding.decode(new HeaderBlock().tableSize(0))).isEmpty();
    assertThat(decoding.decoder().tableBytes()).isZero();
  }

  @Test
  void aLowerLimitMustBeAnsweredBeforeTheNextField() throws HpackException {
    decoding.decoder().maxTableBytes(100);

    assertThatThrownBy(() -> decoding.decode(new HeaderBlock().indexed(2)))
        .isInstanceOf(HpackException.class)
        .hasMessage("the table size was not lowered after the limit was");
    assertThat(decoding.decode(new HeaderBlock())).isEmpty();
    assertThat(decoding.decode(new HeaderBlock().tableSize(100).indexed(2))).hasSize(1);
    assertThat(decoding.decode(new HeaderBlock().indexed(2))).hasSize(1);
  }

  /** RFC 7541 §4.2: the lowest first, which empties the table, then the last. */
  @Test
  @Requirement(rfc = "7541 §4.2", says = "of several changes the lowest is answered first")
  void theLowestLimitInBetweenMustBeAnswered() throws HpackException {
    decoding.decode(new HeaderBlock().field(Literal.INDEXED, "a", "1"));
    decoding.decoder().maxTableBytes(0);
    decoding.decoder().maxTableBytes(4096);

    assertThatThrownBy(() -> decoding.decode(new HeaderBlock().tableSize(4096).indexed(62)))
        .isInstanceOf(HpackException.class)
        .hasMessage("a table size update is above the limit");
    assertThat(decoding.decode(new HeaderBlock().tableSize(0).tableSize(4096))).isEmpty();
    assertThat(decoding.decoder().tableBytes()).isZero();
  }

  @Test
  void aHigherLimitNeedsNoAnswer() throws HpackException {
    decoding.decoder().maxTableBytes(8192);
    assertThat(decoding.decode(new HeaderBlock().indexed(2))).hasSize(1);
    decoding.decoder().maxTableBytes(4096);
    assertThat(decoding.decode(new HeaderBlock().indexed(2))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "37, 1000, 2, DONE",
    "36, 1000, 1, TOO_LARGE",
    "1000, 2, 2, DONE",
    "1000, 1, 1, TOO_MANY"
  })
  void storesNoMoreThanTheLimits(int moreBytes, int maxFields, int stored, Result result)
      throws HpackException {
    var tight = new Decoding(new HpackDecoder(4096, 41 + moreBytes, maxFields));
    HeaderBlock block =
        new HeaderBlock()
            .field(Literal.INDEXED, "name", "value")
            .field(Literal.INDEXED, "a", "bcde");

    assertThat(tight.decode(block)).hasSize(stored);
    assertThat(tight.result()).isEqualTo(result);
    assertThat(tight.decode(new HeaderBlock().indexed(62))).containsExactly("a: bcde");
    assertThat(tight.result()).isEqualTo(Result.DONE);
  }

  /** A short one behind a long one is not taken for a part of the message either. */
  @Test
  void nothingIsStoredBehindTheFirstThatIsTooLarge() throws HpackException {
    var tight = new Decoding(new HpackDecoder(4096, 100, 1000));
    HeaderBlock block =
        new HeaderBlock().indexed(2).field(Literal.NOT_INDEXED, "a", "x".repeat(100)).indexed(3);

    assertThat(tight.decode(block)).containsExactly(":method: GET");
  }
}
