package fairlead.http1.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Feeds one {@link Case} to the codec, whole, cut at every byte, byte by byte and at random places,
 * and through both codecs from socket to socket; the {@link SlowParser} says what is right.
 */
final class Fuzz {
  /** A longer stream is cut in two at random places only. */
  private static final int EVERY_CUT_BYTES = 400;

  private static final int RANDOM_CUTS = 3;

  private static final int SHRINKING_TRIES = 2000;

  private final UnaryOperator<String> fault;

  /** Of the code as it is. */
  Fuzz() {
    this(bytes -> bytes);
  }

  /**
   * @param fault makes of odd bytes what a more lenient reader would take them for
   */
  Fuzz(UnaryOperator<String> fault) {
    this.fault = fault;
  }

  /** What is wrong; null when nothing is. */
  @Nullable String complaint(Case input) {
    Parsed truth = truth(input);
    String fed = fault.apply(input.bytes());
    try {
      String wrong = ofTheCodec(input, fed, truth);
      return wrong == null ? ofTheConnections(input, fed, truth) : wrong;
    } catch (RuntimeException | AssertionError thrown) {
      return thrown + " at " + Arrays.toString(thrown.getStackTrace()) + "\noracle: " + truth;
    }
  }

  private static Parsed truth(Case input) {
    return input.requests()
        ? SlowParser.requests(input.bytes(), input.bounds())
        : SlowParser.responses(input.bytes(), List.of(input.toHead()), input.bounds());
  }

  private @Nullable String ofTheCodec(Case input, String fed, Parsed truth) {
    Parsed whole = codec(input, fed, Bytes.WHOLE);
    if (!truth.allows(whole)) {
      return "oracle: " + truth + "\ncodec:  " + whole;
    }
    String wrong = ofTheCodecCut(input, fed, whole, Bytes.everywhere(fed));
    RandomGenerator random = Case.generator(input.cuts());
    for (int i = 0; i < RANDOM_CUTS && wrong == null; i++) {
      wrong = ofTheCodecCut(input, fed, whole, someCuts(fed, random));
    }
    for (int cut = 1;
        cut < fed.length() && fed.length() < EVERY_CUT_BYTES && wrong == null;
        cut++) {
      wrong = ofTheCodecCut(input, fed, whole, new int[] {cut});
    }
    return wrong;
  }

  private static @Nullable String ofTheCodecCut(Case input, String fed, Parsed whole, int[] cuts) {
    Parsed read = codec(input, fed, cuts);
    return read.equals(whole)
        ? null
        : "whole:  " + whole + "\ncut at " + Arrays.toString(cuts) + ": " + read;
  }

  private static Parsed codec(Case input, String fed, int[] cuts) {
    return input.requests()
        ? CodecRun.requests(fed, input.bounds(), cuts)
        : CodecRun.responses(fed, List.of(input.toHead()), input.bounds(), cuts);
  }

  private @Nullable String ofTheConnections(Case input, String fed, Parsed truth) {
    RandomGenerator random = Case.generator(~input.cuts());
    int[][] feeds = {Bytes.WHOLE, Bytes.everywhere(fed), someCuts(fed, random)};
    for (int[] cuts : feeds) {
      String wrong =
          input.requests()
              ? new RequestRun(truth).complaint(fed, input.bounds(), cuts)
              : new ResponseRun(truth, input.toHead(), input.minor())
                  .complaint(fed, input.bounds(), cuts);
      if (wrong != null) {
        return "oracle: " + truth + "\nconnection, cut at " + Arrays.toString(cuts) + ": " + wrong;
      }
    }
    return null;
  }

  private static int[] someCuts(String bytes, RandomGenerator random) {
    if (bytes.length() < 2) {
      return Bytes.WHOLE;
    }
    return random.ints(1 + random.nextInt(4), 1, bytes.length()).sorted().distinct().toArray();
  }

  /** A shorter one that still fails, found by leaving bytes out. */
  Case shrunk(Case failing) {
    Case least = failing;
    int tries = SHRINKING_TRIES;
    for (int step = Math.max(1, failing.bytes().length() / 2); step > 0; step /= 2) {
      int at = 0;
      while (at + step <= least.bytes().length() && tries-- > 0) {
        String bytes = least.bytes();
        Case shorter = least.withBytes(bytes.substring(0, at) + bytes.substring(at + step));
        if (complaint(shorter) == null) {
          at += step;
        } else {
          least = shorter;
        }
      }
    }
    return least;
  }
}
