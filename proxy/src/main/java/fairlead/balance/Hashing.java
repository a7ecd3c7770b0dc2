package fairlead.balance;

/** Hashes of 64 bits that are the same in every process: FNV-1a, then mixed. */
public final class Hashing {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private Hashing() {}

  /** The hash of {@code text}, which is never {@link Picker#ANYWHERE}. */
  public static long of(CharSequence text) {
    long hash = OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    return key(hash);
  }

  /** The same of bytes. */
  public static long of(byte[] bytes) {
    long hash = OFFSET;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xff)) * PRIME;
    }
    return key(hash);
  }

  private static long key(long hash) {
    long mixed = mix(hash);
    return mixed == Picker.ANYWHERE ? 1 : mixed;
  }

  /** Spreads every bit over all others (the finaliser of MurmurHash3). */
  public static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
    z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return z ^ (z >>> 33);
  }
}
