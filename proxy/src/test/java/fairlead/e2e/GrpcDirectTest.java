package fairlead.e2e;

import java.nio.file.Path;

/** Nothing between: what {@link GrpcContract} asks of us, gRPC itself gives. */
class GrpcDirectTest extends GrpcContract {
  private int backend;

  @Override
  void stand(Path dir, int port) {
    backend = port;
  }

  @Override
  int front() {
    return backend;
  }
}
