package fairlead.telemetry.statsd;

import fairlead.activity.Blocking;
import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.TelemeterConfig;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends all metrics to a StatsD once an interval ({@code spec/telemetry.md} §6, decision 27), in
 * packets of several lines. Requests are not slowed down by it: it reads what was counted anyway.
 */
public final class StatsdTelemeter {
  private static final Logger LOG = LoggerFactory.getLogger(StatsdTelemeter.class);

  /** What passes any Ethernet in one piece. */
  private static final int PACKET_BYTES = 1432;

  /** After so many intervals the name is asked for again. */
  private static final int RESOLVED_INTERVALS = 6;

  private final TelemeterConfig.Statsd config;
  private final MetricsTree metrics;
  private final SerialExecutor executor;
  private final Blocking blocking;
  private final DatagramChannel channel;
  private final StatsdLines lines;
  private final ByteBuffer packet = ByteBuffer.allocate(PACKET_BYTES);
  private final Counter packets;
  private final Counter dropped;

  // Executor only.
  private @Nullable InetAddress address;
  private boolean unresolved;
  private int ticks;
  private Watch timer = () -> {};

  private StatsdTelemeter(
      TelemeterConfig.Statsd config,
      MetricsTree metrics,
      SerialExecutor executor,
      Blocking blocking,
      RandomGenerator random,
      DatagramChannel channel) {
    this.config = config;
    this.metrics = metrics;
    this.executor = executor;
    this.blocking = blocking;
    this.channel = channel;
    this.lines = new StatsdLines(config.prefix(), config.sampleRate(), metrics.samples(), random);
    var scope = metrics.scope("telemeter").scope("io.l5d.statsd");
    this.packets = scope.counter("packets");
    this.dropped = scope.counter("packets_dropped");
  }

  /**
   * Begins to send.
   *
   * @param executor where it works; of no event loop that has requests
   * @param random used in {@code executor} only
   * @throws UncheckedIOException when the system has no socket left
   */
  public static StatsdTelemeter start(
      TelemeterConfig.Statsd config,
      MetricsTree metrics,
      SerialExecutor executor,
      Blocking blocking,
      RandomGenerator random) {
    try {
      var channel = DatagramChannel.open();
      channel.configureBlocking(false);
      var made = new StatsdTelemeter(config, metrics, executor, blocking, random, channel);
      LOG.info(
          "connecting to StatsD at {}:{} as {}", config.hostname(), config.port(), config.prefix());
      made.begin();
      executor.execute(made::schedule);
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void schedule() {
    timer = executor.after(config.interval(), this::tick);
  }

  private void tick() {
    send();
    if (++ticks % RESOLVED_INTERVALS == 0 || address == null) {
      resolve();
    }
    schedule();
  }

  private void begin() throws UnknownHostException {
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(config.hostname());
    if (literal == null) {
      resolve();
    } else {
      address = InetAddress.getByAddress(literal); // before the executor knows us
    }
  }

  /** What is known stays until another is found. */
  private void resolve() {
    blocking.run(
        "statsd",
        () -> {
          try {
            var found = InetAddress.getByName(config.hostname());
            executor.execute(() -> resolved(found));
          } catch (UnknownHostException unknown) {
            executor.execute(this::unresolved);
          }
        });
  }

  private void resolved(InetAddress found) {
    address = found;
    unresolved = false;
  }

  private void unresolved() {
    if (address == null && !unresolved) {
      unresolved = true;
      LOG.warn("StatsD: no address for '{}'; nothing is sent until there is", config.hostname());
    }
  }

  /** What cannot be sent now is told later, as far as it still counts. */
  private void send() {
    var to = address;
    if (to != null && channel.isOpen()) {
      var receiver = new InetSocketAddress(to, config.port());
      lines.each(metrics, line -> add(line, receiver));
      flush(receiver);
    }
  }

  private void add(String line, InetSocketAddress to) {
    byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
    if (packet.position() + 1 + bytes.length > PACKET_BYTES) {
      flush(to);
    }
    if (packet.position() > 0) {
      packet.put((byte) '\n');
    }
    if (bytes.length <= packet.remaining()) {
      packet.put(bytes);
    }
  }

  private void flush(InetSocketAddress to) {
    if (packet.position() == 0) {
      return;
    }
    packet.flip();
    boolean sent;
    try {
      sent = channel.send(packet, to) > 0;
    } catch (IOException refused) {
      LOG.debug("StatsD: {}: {}", to, refused.toString());
      sent = false;
    }
    (sent ? packets : dropped).increment();
    packet.clear();
  }

  /** Sends what there is and ends. Any thread. */
  public CompletionStage<?> end() {
    return CompletableFuture.runAsync(
        () -> {
          timer.close();
          send();
          close();
        },
        executor);
  }

  private void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("StatsD: {}", e.toString());
    }
  }
}
