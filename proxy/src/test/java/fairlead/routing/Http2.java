package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.client.Configs;
import fairlead.exchange.ErrorCode;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.server.ServerConfig;
import java.io.Closeable;
import java.io.IOException;

/** A router whose callers speak HTTP/2, on real sockets, with backends of either version. */
final class Http2 implements Closeable {
  static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  final Rig rig;

  Http2() {
    this(options());
  }

  Http2(Rig.Options options) {
    rig = new Rig(options);
  }

  static Rig.Options options() {
    var options = new Rig.Options();
    options.spoken = ServerConfig.Spoken.HTTP2;
    return options;
  }

  /** With backends that speak HTTP/2 as well. */
  static Rig.Options toHttp2() {
    var options = options();
    options.client = Configs.http2(options.client);
    return options;
  }

  /** What a backend that speaks HTTP/2 does with a connection once it has settled. */
  @FunctionalInterface
  interface Backend {
    void run(FrameWire wire) throws IOException;
  }

  /** A backend that {@code host} is bound to, and that begins with these settings. */
  TestBackend backend(String host, Backend script, long... settings) {
    return rig.backend(host, wire -> script.run(FrameWire.accepted(wire.socket, settings)));
  }

  /** A caller that is connected, and closed with the rig. */
  FrameWire connect() throws IOException {
    return closing(FrameWire.connect(rig.address));
  }

  /** The same, with prefaces said. */
  FrameWire caller(long... settings) throws IOException {
    return closing(FrameWire.greeted(rig.address, settings));
  }

  private FrameWire closing(FrameWire wire) {
    rig.closing(wire);
    return wire;
  }

  /** Sends frames that end the connection, and looks how. */
  void refused(ErrorCode code, Frame... frames) throws IOException {
    var caller = caller();
    caller.send(frames);

    assertThat(caller.awaitGoAway()).isEqualTo(code.number());
  }

  /** That a request on {@code stream} is served. */
  static void serves(FrameWire caller, int stream) throws IOException {
    caller.get(stream, "/");

    assertThat(caller.answer(stream).status()).isEqualTo("200");
  }

  @Override
  public void close() {
    rig.close();
  }
}
