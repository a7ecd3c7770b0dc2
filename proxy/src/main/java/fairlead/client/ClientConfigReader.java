package fairlead.client;

import fairlead.balance.BalancerConfigReader;
import fairlead.balance.accrual.AccrualConfigReader;
import fairlead.balance.concurrency.ConcurrencyConfigReader;
import fairlead.client.ClientSettings.Concurrency;
import fairlead.client.ClientSettings.Pool;
import fairlead.client.ClientSettings.Session;
import fairlead.client.ClientSettings.Sockets;
import fairlead.client.ClientSettings.Tls;
import fairlead.client.ClientSettings.Verify;
import fairlead.config.Block;
import fairlead.config.H2Keys;
import fairlead.config.Kinds;
import fairlead.config.PrefixPatterns;
import fairlead.config.Prefixed;
import fairlead.config.Protocol;
import fairlead.config.SocketOptionKeys;
import fairlead.naming.PathPattern;
import fairlead.retry.RetryReader;
import fairlead.tls.ClientTls;
import fairlead.tls.ClientTlsReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code client} of a router ({@code spec/config.md} §8, §9). */
public final class ClientConfigReader {
  private ClientConfigReader() {}

  /** How the clients of the router behave, by what their ids begin with. */
  public static ClientConfigs read(@Nullable Block client, Protocol protocol) {
    Prefixed<ClientSettings> settings =
        Prefixed.read(client, "client", "/#/io.l5d.consul", b -> settings(b, protocol));
    return new PrefixedClients(
        protocol == Protocol.H2 ? ClientSettings.HTTP2 : ClientSettings.NONE, settings);
  }

  private static ClientSettings settings(Block block, Protocol protocol) {
    var settings =
        new ClientSettings(
            pool(block.block("hostConnectionPool")),
            session(block.block("clientSession")),
            BalancerConfigReader.read(block.block("loadBalancer")),
            AccrualConfigReader.read(block.block("failureAccrual")),
            block.flag("failFast"),
            protocol == Protocol.HTTP ? block.flag("http2") : null,
            protocol.isHttp() ? H2Keys.read(block) : ClientSettings.NONE.http2Keys(),
            block.millis("requestAttemptTimeoutMs", 1),
            RetryReader.budget(block, "requeueBudget"),
            tls(block),
            protocol.isHttp() ? block.flag("forwardClientCert") : null,
            concurrency(block.block("adaptiveConcurrency")),
            protocol.isHttp() ? verify(block) : null,
            sockets(block.block("socketOptions")));
    notBuilt(block, protocol);
    return settings;
  }

  private static @Nullable Tls tls(Block block) {
    Block tls = block.block("tls");
    if (tls == null) {
      return null;
    }
    ClientTls read = ClientTlsReader.read(tls);
    if (read != null && read.commonName() != null) {
      String prefix = block.has("prefix") ? block.text("prefix", "/") : "/";
      PrefixPatterns.checkVariables(
          tls, "commonName", read.commonName(), PathPattern.of(prefix).variables());
    }
    return new Tls(read);
  }

  private static @Nullable Sockets sockets(@Nullable Block block) {
    return block == null ? null : new Sockets(SocketOptionKeys.readTimeout(block));
  }

  private static @Nullable Verify verify(Block block) {
    Block verify = block.block("verify");
    return verify == null ? null : new Verify(VerifyConfigReader.read(verify, block));
  }

  private static void notBuilt(Block block, Protocol protocol) {
    if (protocol.isHttp()) {
      requestAuthorizers(block);
    }
    if (protocol.isThrift()) {
      block.flag("thriftFramed", true);
      block.flag("attemptTTwitterUpgrade", false);
    }
  }

  private static void requestAuthorizers(Block block) {
    List<Block> authorizers = block.blocks("requestAuthorizers");
    Kinds<Boolean> kinds =
        Kinds.<Boolean>of("request authorizer")
            .notBuilt(
                "io.l5d.k8s.istio",
                b -> {
                  b.text("mixerHost");
                  b.port("mixerPort");
                });
    authorizers.forEach(kinds::read);
  }

  private static @Nullable Pool pool(@Nullable Block block) {
    if (block == null) {
      return null;
    }
    int minSize = block.integer("minSize", 0, 0, Integer.MAX_VALUE);
    int maxSize = block.integer("maxSize", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
    if (minSize > maxSize) {
      block.fault("minSize", minSize + " is above 'maxSize', " + maxSize + "; lower it");
    }
    var pool =
        new Pool(
            minSize,
            maxSize,
            block.integer("maxWaiters", Integer.MAX_VALUE, 0, Integer.MAX_VALUE),
            block.millis("idleTimeMs", 0));
    block.end();
    return pool;
  }

  private static @Nullable Concurrency concurrency(@Nullable Block block) {
    return block == null ? null : new Concurrency(ConcurrencyConfigReader.read(block));
  }

  private static @Nullable Session session(@Nullable Block block) {
    if (block == null) {
      return null;
    }
    var session = new Session(block.millis("idleTimeMs", 1), block.millis("lifeTimeMs", 1));
    block.end();
    return session;
  }
}
