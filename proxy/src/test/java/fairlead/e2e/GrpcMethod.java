package fairlead.e2e;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Methods whose messages are bytes as they are: gRPC without a description of messages. */
final class GrpcMethod {
  private GrpcMethod() {}

  /**
   * The method of this kind.
   *
   * @param fullName service and method, as {@code test.Echo/Unary}
   */
  static MethodDescriptor<byte[], byte[]> of(String fullName, MethodType type) {
    return MethodDescriptor.newBuilder(Bytes.AS_THEY_ARE, Bytes.AS_THEY_ARE)
        .setFullMethodName(fullName)
        .setType(type)
        .build();
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    AS_THEY_ARE;

    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
