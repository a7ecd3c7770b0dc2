package fairlead.http1.fuzz;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * One input and how it is fed.
 *
 * @param requests from a caller; else from a backend
 * @param toHead responses only: whether HEAD was asked
 * @param minor responses only: of the caller's HTTP/1.x
 * @param cuts seed of the random cuts
 */
record Case(boolean requests, Bounds bounds, String bytes, boolean toHead, int minor, long cuts) {
  /** The same for the same seed, always. */
  static Case of(long seed) {
    RandomGenerator random = generator(seed);
    Bounds[] bounds = {Bounds.USUAL, Bounds.USUAL, Bounds.TIGHT, Bounds.ASCII_ONLY};
    Bounds chosen = bounds[random.nextInt(bounds.length)];
    boolean requests = random.nextInt(8) < 5;
    boolean toHead = !requests && random.nextInt(5) == 0;
    var grammar = new Grammar(random);
    var bytes = new StringBuilder();
    int messages = 1 + Math.max(0, random.nextInt(5) - 2);
    int broken = random.nextInt(3) == 0 ? -1 : random.nextInt(messages);
    for (int i = 0; i < messages; i++) {
      String message = requests ? grammar.request() : grammar.response(toHead);
      String other = requests ? grammar.request() : grammar.response(toHead);
      bytes.append(i == broken ? new Mutator(random, chosen).mutate(message, other) : message);
    }
    int minor = random.nextInt(4) == 0 ? 0 : 1;
    return new Case(requests, chosen, bytes.toString(), toHead, minor, seed);
  }

  static RandomGenerator generator(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  Case withBytes(String other) {
    return new Case(requests, bounds, other, toHead, minor, cuts);
  }

  @Override
  public String toString() {
    String who =
        requests ? "requests" : "responses to " + (toHead ? "HEAD" : "GET") + " 1." + minor;
    return who + ", " + bounds + ": " + Bytes.escaped(bytes);
  }
}
