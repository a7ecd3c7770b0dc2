package fairlead.balance;

import fairlead.balance.BalancerConfig.Affinity;
import fairlead.balance.BalancerConfig.Algorithm;
import fairlead.balance.BalancerConfig.Aperture;
import fairlead.balance.BalancerConfig.Ewma;
import fairlead.balance.BalancerConfig.Heap;
import fairlead.balance.BalancerConfig.P2c;
import fairlead.balance.BalancerConfig.RingHash;
import fairlead.balance.BalancerConfig.RoundRobin;
import fairlead.config.Block;
import fairlead.config.Kinds;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code loadBalancer} ({@code spec/config.md} §9.2), and our own keys beside it. */
public final class BalancerConfigReader {
  private static final List<String> AFFINITIES = List.of("header", "cookie", "callerAddress");

  private static final Kinds<BalancerConfig> KINDS =
      Kinds.<BalancerConfig>of("load balancer")
          .built("p2c", b -> config(b, new P2c(maxEffort(b))))
          .built(
              "ewma",
              b ->
                  config(
                      b,
                      new Ewma(maxEffort(b), b.millis("decayTimeMs", Duration.ofSeconds(10), 1))))
          .built("aperture", b -> config(b, aperture(b)))
          .built("heap", b -> config(b, new Heap()))
          .built("roundRobin", b -> config(b, new RoundRobin(maxEffort(b))))
          .built("io.l5d.ringHash", b -> config(b, new RingHash(maxEffort(b), affinity(b))));

  private BalancerConfigReader() {}

  /** What the block says, or null when it says nothing. */
  public static @Nullable BalancerConfig read(@Nullable Block block) {
    return block == null ? null : KINDS.read(block);
  }

  private static BalancerConfig config(Block block, Algorithm algorithm) {
    return new BalancerConfig(algorithm, block.flag("enableProbation", false), slowStart(block));
  }

  private static int maxEffort(Block block) {
    return block.integer("maxEffort", 5, 1, Integer.MAX_VALUE);
  }

  private static Aperture aperture(Block block) {
    double low = block.number("lowLoad", 0.5, 0, Double.MAX_VALUE);
    double high = block.number("highLoad", 2.0, 0, Double.MAX_VALUE);
    if (low >= high) {
      block.fault("lowLoad", low + " is not below 'highLoad', " + high + "; lower it");
    }
    return new Aperture(
        maxEffort(block),
        block.millis("smoothWindowMs", Duration.ofSeconds(5), 1),
        low,
        high,
        block.integer("minAperture", 1, 1, Integer.MAX_VALUE));
  }

  private static SlowStart slowStart(Block block) {
    Duration window = block.millis("slowStartMs", Duration.ZERO, 0);
    double floor = block.number("slowStartFloor", SlowStart.OFF.floor(), 0, 1);
    if (floor == 0) {
      block.fault("slowStartFloor", "0 would leave an endpoint without its first turn; raise it");
      floor = SlowStart.OFF.floor();
    }
    return new SlowStart(window, floor);
  }

  private static Affinity affinity(Block block) {
    var header = text(block, "header", Affinity.Header::new);
    var cookie = text(block, "cookie", Affinity.Cookie::new);
    Affinity address = block.flag("callerAddress", false) ? new Affinity.CallerAddress() : null;
    var given = Stream.of(header, cookie, address).filter(a -> a != null).toList();
    if (given.size() != 1) {
      String mend = "write one of header, cookie and 'callerAddress: true'";
      var written = AFFINITIES.stream().filter(block::has).toList();
      if (written.isEmpty()) {
        block.missing("header", mend);
      } else {
        block.fault(
            written.getLast(),
            given.isEmpty() ? "says nothing; " + mend : "is one too many; " + mend);
      }
    }
    return given.isEmpty() ? new Affinity.CallerAddress() : given.getFirst();
  }

  private static @Nullable Affinity text(
      Block block, String key, Function<String, Affinity> affinity) {
    String text = block.text(key);
    return text == null || text.isBlank() ? null : affinity.apply(text);
  }
}
