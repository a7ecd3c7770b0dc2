package fairlead.routing.identify;

import fairlead.http.Head;
import fairlead.naming.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code io.l5d.header.path} of h2 ({@code spec/http.md} §17.5): the path in {@code :path} or in a
 * header, without its query and one slash at its end; for gRPC {@code /package.Service/Method}.
 */
record H2HeaderPathIdentifier(String header, @Nullable Integer segments, Path prefix)
    implements Identifier {
  @Override
  public Identification identify(Head request) {
    String value = header.equals(":path") ? request.target() : request.first(header);
    String path = value == null ? "" : UriPath.of(value);
    List<String> all = Arrays.stream(path.split("/")).skip(1).toList();
    if (all.isEmpty()) {
      return new Identification.Unidentified("Missing destination path");
    }
    if (segments != null && all.size() < segments) {
      return new Identification.Unidentified("Path must have at least " + segments + " segment(s)");
    }
    List<String> taken = segments == null ? all : all.subList(0, segments);
    String fault = NormalPath.faultOf(path, taken);
    return fault == null
        ? new Identification.Identified(prefix.concat(new Path(taken)))
        : new Identification.Invalid(fault);
  }
}
