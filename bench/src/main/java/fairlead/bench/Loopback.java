package fairlead.bench;

import fairlead.launcher.RunningProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A caller, a whole proxy with the defaults of its configuration, and a backend with 1 KiB answers,
 * all in this process over loopback sockets.
 */
final class Loopback implements AutoCloseable {
  private static final String LABEL = "bench";

  private static final String REQUEST =
      """
      GET /users/42/orders?limit=20 HTTP/1.1
      Host: web
      User-Agent: bench
      Accept: */*

      """
          .replace("\n", "\r\n");

  private final CannedBackend backend;
  private final Path names;
  private final RunningProxy proxy;
  private final OneCaller caller;

  Loopback() throws IOException {
    backend = CannedBackend.start(1024);
    names = Files.createTempDirectory("fairlead-bench");
    Files.writeString(names.resolve("web"), "127.0.0.1 " + backend.port() + "\n");
    proxy =
        RunningProxy.start(
            """
            admin: {port: 0}
            namers:
            - {kind: io.l5d.fs, rootDir: %s}
            routers:
            - {protocol: http, label: %s, dtab: /svc => /#/io.l5d.fs, servers: [{port: 0}]}
            """
                .formatted(names, LABEL));
    caller = new OneCaller(proxy.address(LABEL), REQUEST);
  }

  /** One request and its answer through the proxy. Blocks. */
  int exchange() throws IOException {
    return caller.exchange();
  }

  @Override
  public void close() throws IOException {
    caller.close();
    proxy.close();
    backend.close();
    Files.delete(names.resolve("web"));
    Files.delete(names);
  }
}
