package fairlead.telemetry.trace;

import java.security.SecureRandom;

/** Which traces are sampled, by their id ({@code spec/http.md} §4.4). Any thread. */
final class Sampler {
  /** One a process. */
  private static final long SALT = new SecureRandom().nextLong();

  private static final int PARTS = 10_000;

  private Sampler() {}

  /** Whether a trace is among this share of all; below 0 counts as 0, above 1 as 1. */
  static boolean samples(double rate, long trace) {
    return Math.abs(trace ^ SALT) % PARTS < Math.clamp(rate, 0, 1) * PARTS;
  }
}
